import { and, asc, desc, eq, gt, lt, sql } from 'drizzle-orm'
import type { Actor, AuditAction, AuditEvent, FieldChanges, TargetType } from '../domain/audit.ts'
import type { AuditEvents } from '../domain/ports.ts'
import { answered } from './answered.ts'
import type { Database } from './database.ts'
import { auditEvents } from './schema.ts'

export function d1AuditEvents(db: Database): AuditEvents {
  const events = () => db.orm.select().from(auditEvents)
  return {
    async list({ clientId, action, limit, after }) {
      const where = and(
        clientId === null ? undefined : eq(auditEvents.clientId, clientId),
        action === null ? undefined : eq(auditEvents.action, action),
        after === null ? undefined : lt(auditEvents.seq, after),
      )
      const query = events().where(where).orderBy(desc(auditEvents.seq)).limit(limit)
      return (await answered('d1', () => query)).map(toEvent)
    },

    async since(seq, limit) {
      const query = events()
        .where(gt(auditEvents.seq, seq))
        .orderBy(asc(auditEvents.seq))
        .limit(limit)
      return (await answered('d1', () => query)).map(toEvent)
    },

    async seals(seqs) {
      const rows = await db.rows<{ seq: number; seal: string }>(sql`SELECT e.seq, e.seal
        FROM json_each(${JSON.stringify(seqs)}) j
        JOIN portcullis_audit_events e ON e.seq = j.value`)
      return new Map(rows.map(({ seq, seal }) => [seq, seal]))
    },
  }
}

function toEvent(row: typeof auditEvents.$inferSelect): AuditEvent {
  return {
    seq: row.seq,
    eventId: row.eventId,
    at: row.at,
    action: row.action as AuditAction,
    actor: { type: row.actorType as Actor['type'], id: row.actorId },
    clientId: row.clientId,
    target: { type: row.targetType as TargetType, id: row.targetId },
    reason: row.reason ?? undefined,
    changes: row.changes === null ? undefined : (JSON.parse(row.changes) as FieldChanges),
    requestId: row.requestId,
    seal: row.seal,
  }
}
