import { joinSql, rawSql, sql } from '../sql.ts'
import type {
  Actor,
  AuditAction,
  AuditEvent,
  FieldChanges,
  TargetType,
  AuditEvents,
} from '../../domain/audit.ts'
import type { Database } from '../database.ts'
import type { auditEvents } from '../schema/ledger.ts'

type EventRow = typeof auditEvents.$inferSelect

const EVENTS = rawSql(`SELECT seq, event_id AS eventId, at, action, actor_type AS actorType,
  actor_id AS actorId, client_id AS clientId, target_type AS targetType, target_id AS targetId, reason,
  changes, request_id AS requestId, seal FROM portcullis_audit_events`)

export function d1AuditEvents(db: Database): AuditEvents {
  return {
    async list({ clientId, action, limit, after }) {
      const conditions = [
        ...(clientId === null ? [] : [sql`client_id = ${clientId}`]),
        ...(action === null ? [] : [sql`action = ${action}`]),
        ...(after === null ? [] : [sql`seq < ${after}`]),
        sql`true`,
      ]
      const where = joinSql(conditions, ' AND ')
      const query = sql`${EVENTS} WHERE ${where} ORDER BY seq DESC LIMIT ${limit}`
      return (await db.rows<EventRow>(query)).map(toEvent)
    },

    async since(seq, limit) {
      const query = sql`${EVENTS} WHERE seq > ${seq} ORDER BY seq LIMIT ${limit}`
      return (await db.rows<EventRow>(query)).map(toEvent)
    },

    async ofIncident(incidentId) {
      const query = sql`${EVENTS} WHERE target_type = 'incident' AND target_id = ${incidentId}
        ORDER BY seq`
      return (await db.rows<EventRow>(query)).map(toEvent)
    },

    async seals(seqs) {
      const rows = await db.rows<{ seq: number; seal: string }>(sql`SELECT e.seq, e.seal
        FROM json_each(${JSON.stringify(seqs)}) j
        JOIN portcullis_audit_events e ON e.seq = j.value`)
      return new Map(rows.map(({ seq, seal }) => [seq, seal]))
    },

    async names(ids) {
      const rows = await db.rows<{ id: string; name: string }>(namesSql(JSON.stringify(ids)))
      return new Map(rows.map(({ id, name }) => [id, name]))
    },
  }
}

/** Ids of different kinds never coincide, so one list of ids serves all of them. */
function namesSql(ids: string) {
  return sql`WITH ids AS MATERIALIZED (SELECT value AS id FROM json_each(${ids}))
    SELECT client_id AS id, name FROM portcullis_clients WHERE client_id IN ids
    UNION ALL SELECT administrator_id, email FROM portcullis_administrators
      WHERE administrator_id IN ids
    UNION ALL SELECT administrator_id, email FROM portcullis_members
      WHERE administrator_id IN ids
    UNION ALL SELECT api_id, name FROM portcullis_apis WHERE api_id IN ids
    UNION ALL SELECT role_id, name FROM portcullis_roles WHERE role_id IN ids`
}

function toEvent(row: EventRow): AuditEvent {
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
