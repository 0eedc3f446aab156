import type { Page, PagePosition } from './page.ts'
import type { Client } from './client.ts'
import type { ClientStatus } from './status.ts'
import type { Seconds } from './time.ts'

/** `attention`: those that need a person first. */
export type ClientSort = 'name' | '-created_at' | 'expires_at' | 'attention'

export type ClientQuery = {
  status: ClientStatus | null
  q: string | null
  sort: ClientSort
  limit: number
  after: PagePosition | null
}

export interface Clients {
  find(clientId: string): Promise<Client | null>
  /** Those of the ids that there are. */
  findMany(clientIds: string[]): Promise<Client[]>
  list(query: ClientQuery, now: Seconds): Promise<Page<Client>>
  /** The number of clients with each status. */
  counts(now: Seconds): Promise<Record<ClientStatus, number>>
  /** The number of its individually revoked tokens that would otherwise still be valid. */
  revokedTokens(clientId: string, now: Seconds): Promise<number>
  /** Deletes expired entries of revoked tokens and returns how many. */
  forgetExpiredTokens(now: Seconds, limit: number): Promise<number>
  /** Deletes used assertions that have expired. */
  forgetUsedAssertions(now: Seconds, limit: number): Promise<void>
  /** Clients with a secret that was used, for which others waited that still have no end. */
  replacing(limit: number): Promise<string[]>
  /** Refreshes the list index of rows whose time has come and returns how many. */
  settle(now: Seconds, limit: number): Promise<number>
}

export interface SearchIndex {
  /** Indexes at most this many clients and returns how many it did. */
  file(limit: number): Promise<number>
}
