import type { Page, PagePosition } from './page.ts'
import type { Client } from './client.ts'
import type { ClientStatus } from './status.ts'
import type { Seconds } from './time.ts'

/** `attention` puts those that need a person first, `last_used_at` those that were never used. */
export type ClientSort = 'name' | '-created_at' | 'expires_at' | 'attention' | 'last_used_at'

/** Filters of a list: all that are given apply. */
export type ClientFilters = {
  tag?: string | undefined
  roleId?: string | undefined
  /** Clients that hold a permission of this API; with `permission`, that one of this API. */
  audience?: string | undefined
  permission?: string | undefined
  /** Last used before this moment, or never used and created before. */
  unusedSince?: Seconds | undefined
  /** The id of a credential, the key id of a secret, or the hint of one. */
  key?: string | undefined
}

export type ClientQuery = ClientFilters & {
  status: ClientStatus | null
  /** Text as it was typed: each of its words must be found, wherever it is. */
  q: string | null
  sort: ClientSort
  limit: number
  after: PagePosition | null
}

export interface Clients {
  find(clientId: string): Promise<Client | null>
  /** The clients with these ids that exist, in any order. */
  findMany(clientIds: string[]): Promise<Client[]>
  /** Those of these ids that clients had which were deleted: they are not used again. */
  deletedAmong(clientIds: string[]): Promise<string[]>
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
