import type { StoredKind } from './credential.ts'
import type { Outcome } from './token-counts.ts'
import type { Seconds } from './time.ts'

/** Something that is due to become an event without any request: an end, or a number. */
export type DueNotice =
  | {
      action: 'secret.expiring' | 'secret.expired'
      clientId: string
      kind: StoredKind
      credentialId: string
      expiresAt: Seconds
    }
  | { action: 'client.refused_often'; clientId: string; refusedToday: Record<Outcome, number> }

/** So many refused token requests of one client in a day (UTC) are often. */
export const REFUSED_OFTEN = 100

export interface DueNotices {
  /**
   * Credentials that end within `lead`, or ended after `since`, and clients that were refused often
   * today, of which there was no such event yet; at most `limit` of each.
   */
  find(now: Seconds, since: Seconds, lead: Seconds, limit: number): Promise<DueNotice[]>
}
