import type { AuditEvent, LedgerHead } from './audit.ts'
import type { Administrator } from './administrator.ts'
import type { Api, Role } from './api.ts'
import type { Client } from './client.ts'
import type { Quarantine } from './quarantine.ts'
import type { IdempotencyRecord } from './idempotency.ts'
import type { Session } from './session.ts'
import type { SigningKey } from './signing-key.ts'
import type { Seconds } from './time.ts'

/**
 * One thing that a change writes: the value before and after, null for not there. Storage makes
 * statements of it; which may be written together, and when, is decided before.
 */
export type Write =
  | { kind: 'client'; before: Client | null; after: Client | null }
  | { kind: 'api'; before: Api | null; after: Api | null }
  | { kind: 'role'; before: Role | null; after: Role | null }
  | { kind: 'signing_key'; before: SigningKey | null; after: SigningKey }
  | { kind: 'revoked_token'; clientId: string; jti: string; expiresAt: Seconds }
  | { kind: 'administrator'; before: Administrator | null; after: Administrator | null }
  /** Every session that is open. */
  | { kind: 'sessions_ended' }
  /** Events that other versions of AUDIT_KEY sealed need them no longer. */
  | { kind: 'seal_versions_kept'; versions: string[] }
  | { kind: 'session'; before: Session | null; after: Session }
  /** Addresses of the configuration that are let in now, and never again by themselves. */
  | { kind: 'configured_administrators'; emails: string[] }
  /** The mail provider accepted what a claim holds. */
  | { kind: 'reminders_sent'; claim: string; secretIds: string[]; wasRepeated: boolean }
  /** Clients that the denylist knows better than D1. */
  | { kind: 'holds'; holds: Quarantine[] }
  /** So that the same request makes nothing a second time. */
  | { kind: 'idempotency_record'; record: IdempotencyRecord }
  /** The client's denylist entry is due: written to KV after the commit, or later. */
  | { kind: 'denylist'; clientId: string; version: number }

/** The log that orders every change. A change commits only if nothing was committed since it looked. */
export interface Ledger {
  head(): Promise<LedgerHead>
  /**
   * All in one transaction; false when another change came first or another has the lease, and nothing
   * happened. `leaseId` is what `lease` was given.
   */
  commit(
    head: LedgerHead,
    events: AuditEvent[],
    writes: Write[],
    leaseId: string | null,
  ): Promise<boolean>
  /** Takes a lease on the head, for a few seconds: until then, or its commit, no other change commits. */
  lease(leaseId: string): Promise<void>
}
