import type { Administrator } from './administrator.ts'
import type { Page, PagePosition } from './page.ts'
import type { Seconds } from './time.ts'

/**
 * A person whom a group of the identity provider let in, and who is not in the list of
 * administrators. Such a row gives no access: a session does, and this row can take it away.
 */
export type Member = Administrator & {
  /** The provider, and its name for the person. */
  issuer: string
  /** Null where an address was blocked before its person came by a group. */
  subject: string | null
  /** When they were blocked by hand; null if they are not. */
  blockedAt: Seconds | null
}

/** A person as the provider proves them. */
export type ProvenPerson = { email: string; issuer: string; subject: string }

export function isMember(one: Administrator | Member): one is Member {
  return 'blockedAt' in one
}

/** One of these blocks the person: by their address, or by what the provider calls them. */
export function isBlocked(members: Member[]): boolean {
  return members.some(({ blockedAt }) => blockedAt !== null)
}

export interface Members {
  /** Everyone, ordered by address: the list of administrators, and those whom a group lets in. */
  list(limit: number, after: PagePosition | null): Promise<Page<Administrator | Member>>
  find(administratorId: string): Promise<Member | null>
  /** Those with this address. */
  findByEmail(email: string): Promise<Member[]>
  /** Those with the address of the person, and the one that is the person. */
  like(person: ProvenPerson): Promise<Member[]>
}
