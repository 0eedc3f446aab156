import type { AuditEvent, LedgerHead } from './audit.ts'
import type { Administrator } from './administrator.ts'
import type { Api, Role } from './api.ts'
import type { Client } from './client.ts'
import type { EventStream } from './event-stream.ts'
import type { TrustedIssuer } from './federation.ts'
import type { Member } from './member.ts'
import type { Quarantine } from './quarantine.ts'
import type { IdempotencyRecord } from './idempotency.ts'
import type { Session } from './session.ts'
import type { SigningKey } from './signing-key.ts'
import type { Seconds } from './time.ts'

/** A value before and after: null for what is not there yet, or no longer. */
type Changed<T> = { before: T | null; after: T } | { before: T; after: null }

/**
 * One write of a change. Storage only translates it
 * into statements; which writes may go together, and when, is decided before.
 */
export type Write =
  | ({ kind: 'client' } & Changed<Client>)
  | ({ kind: 'api' } & Changed<Api>)
  | ({ kind: 'role' } & Changed<Role>)
  | ({ kind: 'issuer' } & Changed<TrustedIssuer>)
  | {
      kind: 'signing_key'
      before: SigningKey | null
      after: SigningKey
      /** A key of security event tokens. */
      isForEvents?: boolean
    }
  | { kind: 'event_stream'; before: EventStream | null; after: EventStream | null }
  | { kind: 'revoked_token'; clientId: string; jti: string; expiresAt: Seconds }
  | ({ kind: 'administrator' } & Changed<Administrator>)
  | ({ kind: 'member' } & Changed<Member>)
  /** Ends every open session. */
  | { kind: 'sessions_ended' }
  /** Events sealed with other versions of AUDIT_KEY no longer need those. */
  | { kind: 'seal_versions_kept'; versions: string[] }
  | { kind: 'session'; before: Session | null; after: Session }
  /** Configured addresses that are let in now, and never again automatically. */
  | { kind: 'configured_administrators'; emails: string[] }
  /** The mail provider accepted the content of a claim. */
  | { kind: 'reminders_sent'; claim: string; keys: string[]; wasRepeated: boolean }
  /** There were events about the ends of these credentials. */
  | { kind: 'expiries_told'; secretIds: string[] }
  /** Clients about which the denylist knows more than the database. */
  | { kind: 'holds'; holds: Quarantine[] }
  /** Prevents the same request from creating anything twice. */
  | { kind: 'idempotency_record'; record: IdempotencyRecord }
  /** The client's denylist entry is due: it is published after the commit, or later. */
  | { kind: 'denylist'; clientId: string; version: number }

/**
 * The log that orders every change. A change commits only if no other was committed since it read.
 */
export interface Ledger {
  head(): Promise<LedgerHead>
  /**
   * Commits everything in one transaction. Returns false, without any effect, if another change
   * came first or another holds the lease. `leaseId` is the one given to `lease`.
   */
  commit(
    head: LedgerHead,
    events: AuditEvent[],
    writes: Write[],
    leaseId: string | null,
  ): Promise<boolean>
  /**
   * Leases the head for a few seconds: until then, or until its commit, no other change commits.
   */
  lease(leaseId: string): Promise<void>
}
