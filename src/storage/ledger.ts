import { and, eq, sql } from 'drizzle-orm'
import type { AuditEvent } from '../domain/audit.ts'
import { Unavailable } from '../domain/errors.ts'
import type { Ledger } from '../domain/ports.ts'
import type { Database, Statement } from './database.ts'
import { auditEvents, ledgerHead } from './schema.ts'
import { statementsOf } from './writes.ts'

/**
 * The log that orders every change. An event's number is its primary key: of two changes that
 * continue the same head, the second's batch is refused whole by D1.
 */
export function d1Ledger(db: Database, issuer: string): Ledger {
  return {
    async head() {
      const [head] = await db.rows<{ seq: number; seal: string }>(
        sql`SELECT seq, seal FROM portcullis_ledger_head WHERE id = 1`,
      )
      if (!head) throw new Unavailable('d1', 'the ledger has no head: are the migrations applied?')
      return head
    },

    async commit(head, events, writes) {
      const [at, last] = [events[0]?.at ?? 0, events.at(-1)]
      if (!last) throw new Error('a change without an event')
      const moveHead = db.orm
        .update(ledgerHead)
        .set({ seq: last.seq, seal: last.seal })
        .where(and(eq(ledgerHead.id, 1), eq(ledgerHead.seq, head.seq)))
      const ofWrites = writes.flatMap((write) => statementsOf(db, issuer, write, at))
      try {
        await db.batch([...events.map((event) => appendEvent(db, event)), moveHead, ...ofWrites])
        return true
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error
        return wasCommitted(db, last, error)
      }
    },
  }
}

function appendEvent(db: Database, event: AuditEvent): Statement {
  const { actor, target, changes, reason, ...rest } = event
  return db.orm.insert(auditEvents).values({
    ...rest,
    actorType: actor.type,
    actorId: actor.id,
    targetType: target.type,
    targetId: target.id,
    reason: reason ?? null,
    changes: changes ? JSON.stringify(changes) : null,
  })
}

/** A write that failed may have been committed all the same: the log knows. */
async function wasCommitted(db: Database, last: AuditEvent, error: Unavailable): Promise<boolean> {
  const found = await db.rows(
    sql`SELECT 1 FROM portcullis_audit_events WHERE event_id = ${last.eventId}`,
  )
  if (found.length > 0) return true
  if (error.message.includes('UNIQUE constraint failed: portcullis_audit_events.seq')) return false
  throw error
}
