import type { Page, PagePosition } from './page.ts'
import type { Client } from './client.ts'
import type { ClientStatus } from './status.ts'
import type { Seconds } from './time.ts'

/** `attention`: who needs a person first. */
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
  list(query: ClientQuery, now: Seconds): Promise<Page<Client>>
  /** How many clients have each status. */
  counts(now: Seconds): Promise<Record<ClientStatus, number>>
  /** How many of its tokens are revoked by themselves and would still be alive. */
  revokedTokens(clientId: string, now: Seconds): Promise<number>
  /** Drops revoked tokens that have expired; how many. */
  forgetExpiredTokens(now: Seconds, limit: number): Promise<number>
  /** Brings the list's index up to date for rows whose time has come; how many. */
  settle(now: Seconds, limit: number): Promise<number>
}

export interface SearchIndex {
  /** Brings it up to date for so many clients at most; how many. */
  file(limit: number): Promise<number>
}
