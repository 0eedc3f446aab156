import type { Ledger } from '../../domain/ledger.ts'
import { type SQL, sql } from '../sql.ts'
import type { AuditEvent, LedgerHead } from '../../domain/audit.ts'
import { Unavailable } from '../../domain/errors.ts'
import { type KeyCheck, newKeys, refuseWrongKeys } from '../../domain/key-check.ts'
import type { Seconds } from '../../domain/time.ts'
import type { Database, Statement } from '../database.ts'
import { knownChecksSql, learnKeysSql } from '../keys/key-checks.ts'
import { update } from '../statements.ts'
import { portionsOf } from '../portions.ts'
import { statementsOf } from './writes.ts'

/** How long a change that took a lease has to commit. */
const LEASE_SECONDS: Seconds = 5

/** Also where it is further ahead than a lease is long: the database's clock has been set back since. */
const IS_FREE = sql`(reserved_until <= unixepoch()
  OR reserved_until > unixepoch() + ${LEASE_SECONDS})`

/** Far below the 2 MB that D1 binds, however long the reasons are. */
const CHARACTERS_AT_ONCE = 400_000

/** D1's messages when another change came first. */
const LOST = [
  'UNIQUE constraint failed: portcullis_audit_events.seq',
  'NOT NULL constraint failed: portcullis_audit_events.seal',
]

/**
 * The log that orders every change. An event's number is its primary key: if two changes continue
 * the same head, D1 refuses the second one's batch as a whole.
 */
export function d1Ledger(db: Database, issuer: string, ownKeys: () => Promise<KeyCheck[]>): Ledger {
  // The key checks that the database does not have yet, written with the next commit.
  let unknown: KeyCheck[] = []
  return {
    async head() {
      const [head] = await db.rows<{ seq: number; seal: string; known: string }>(
        sql`SELECT seq, seal, ${knownChecksSql} AS known FROM portcullis_ledger_head WHERE id = 1`,
      )
      if (!head) throw new Unavailable('migrations', 'the ledger has no head')
      const [own, known] = [await ownKeys(), JSON.parse(head.known) as KeyCheck[]]
      refuseWrongKeys(own, known)
      unknown = newKeys(own, known)
      return { seq: head.seq, seal: head.seal }
    },

    async commit(head, events, writes, leaseId) {
      const [at, last] = [events[0]?.at ?? 0, events.at(-1)]
      if (!last) throw new Error('a change without an event')
      const ofWrites = statementsOf(issuer, writes, at)
      const appended = portionsOf(events, CHARACTERS_AT_ONCE, lengthOf).map((some) =>
        appendSql(some, head, leaseId),
      )
      try {
        const learning = unknown.length > 0 ? [learnKeysSql(unknown)] : []
        await db.batch([...appended, moveHead(last), ...ofWrites, ...learning])
        return true
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error
        return wasCommitted(db, last, error)
      }
    },

    async lease(leaseId) {
      await db.rows(sql`UPDATE portcullis_ledger_head
        SET reserved_by = ${leaseId}, reserved_until = unixepoch() + ${LEASE_SECONDS}
        WHERE id = 1 AND ${IS_FREE}`)
    },
  }
}

/**
 * Each event with its seal, or NULL if the head has moved on or another change holds the lease: the
 * column refuses NULL, and with it the batch. Uses D1's clock, because isolates' clocks may differ.
 */
function appendSql(events: AuditEvent[], head: LedgerHead, leaseId: string | null): SQL {
  return sql`INSERT INTO portcullis_audit_events (seq, event_id, at, action, actor_type, actor_id,
      client_id, target_type, target_id, reason, changes, request_id, seal)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5,
      value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11,
      (SELECT value ->> 12 FROM portcullis_ledger_head WHERE id = 1 AND seq = ${head.seq}
       AND (${IS_FREE} OR reserved_by = ${leaseId ?? ''}))
    FROM json_each(${JSON.stringify(events.map(columns))})`
}

function lengthOf(event: AuditEvent): number {
  return JSON.stringify(columns(event)).length
}

function columns(event: AuditEvent): (string | number | null)[] {
  const { actor, target } = event
  const changes = event.changes ? JSON.stringify(event.changes) : null
  const what = [event.seq, event.eventId, event.at, event.action]
  const who = [actor.type, actor.id, event.clientId, target.type, target.id]
  return [...what, ...who, event.reason ?? null, changes, event.requestId, event.seal]
}

function moveHead({ seq, seal }: AuditEvent): Statement {
  return update('ledgerHead', { id: 1 }, { seq, seal, reservedBy: null, reservedUntil: 0 })
}

/** A write that failed may have been committed all the same: the log shows it. */
async function wasCommitted(db: Database, last: AuditEvent, error: Unavailable): Promise<boolean> {
  const found = await db.rows(
    sql`SELECT 1 FROM portcullis_audit_events WHERE event_id = ${last.eventId}`,
  )
  if (found.length > 0) return true
  if (LOST.some((message) => error.message.includes(message))) return false
  throw error
}
