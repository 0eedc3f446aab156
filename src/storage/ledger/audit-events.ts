import { joinSql, rawSql, type SQL, sql } from '../sql.ts'
import {
  type Actor,
  type AuditAction,
  type AuditEvent,
  type AuditQuery,
  type FieldChanges,
  type TargetType,
  type AuditEvents,
  type Named,
  nameKey,
} from '../../domain/audit.ts'
import { HOUR, type Seconds } from '../../domain/time.ts'
import type { Database } from '../database.ts'
import type { auditEvents } from '../schema/ledger.ts'

const PEOPLE_MAX = 200

export type EventRow = Omit<typeof auditEvents.$inferSelect, 'salt'>

export const EVENT_COLUMNS = rawSql(`seq, event_id AS eventId, at, action, actor_type AS actorType,
  actor_id AS actorId, client_id AS clientId, target_type AS targetType, target_id AS targetId, reason,
  changes, request_id AS requestId, seal`)

const EVENTS = sql`SELECT ${EVENT_COLUMNS} FROM portcullis_audit_events`

export function d1AuditEvents(db: Database): AuditEvents {
  return {
    async list(query) {
      const order = rawSql(query.isOldestFirst ? 'seq' : 'seq DESC')
      const rows = await db.rows<EventRow>(sql`${EVENTS} ${indexOf(query)}
        WHERE ${joinSql(conditionsOf(query), ' AND ')} ORDER BY ${order} LIMIT ${query.limit}`)
      return rows.map(toEvent)
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

    async names(of) {
      if (of.length === 0) return new Map()
      const rows = await db.rows<NameRow & { type: string }>(namesSql(of))
      return new Map(rows.map((row) => [nameKey(row), { name: row.name, isGone: row.gone === 1 }]))
    },

    async people() {
      const rows = await db.rows<NameRow>(sql`SELECT * FROM (
          SELECT administrator_id AS id, email AS name, 0 AS gone FROM portcullis_administrators
          ORDER BY email LIMIT ${PEOPLE_MAX})
        UNION ALL SELECT * FROM (SELECT id, name, 1 FROM portcullis_former_names
          WHERE kind = 'administrator' ORDER BY ended_at DESC LIMIT ${PEOPLE_MAX})`)
      return rows.map(({ id, name, gone }) => ({ id, name, isGone: gone === 1 }))
    },
  }
}

/** Without statistics SQLite prefers two bounds of the number to one more column that is equal. */
function indexOf({ clientId, actorId = null, action }: AuditQuery): SQL {
  const given = { client: clientId, actor: actorId, action }
  const names = Object.entries(given).flatMap(([name, value]) => (value === null ? [] : [name]))
  if (names.length === 0) return rawSql('')
  const by = names.length === 3 ? 'all' : names.join('_')
  return rawSql(`INDEXED BY portcullis_audit_events_by_${by}`)
}

/**
 * Every combination of the equalities has an index that goes on with the number. A page begins at
 * one bound of the number, and ends at the other: each is one expression, because SQLite enters an
 * index at one lower and one upper bound, and compares any further one with row after row.
 */
function conditionsOf(query: AuditQuery): SQL[] {
  const { clientId, action, actorId = null, since = null, until = null } = query
  const [lower, upper] = [lowerBound(query), upperBound(query)]
  return [
    ...(clientId === null ? [] : [sql`client_id = ${clientId}`]),
    ...(action === null ? [] : [sql`action = ${action}`]),
    ...(actorId === null ? [] : [sql`actor_id = ${actorId}`]),
    ...(lower === null ? [] : [sql`seq >= ${lower}`]),
    ...(upper === null ? [] : [sql`seq <= ${upper}`]),
    // The events at the edges of the first and the last hour.
    ...(since === null ? [] : [sql`at >= ${since}`]),
    ...(until === null ? [] : [sql`at < ${until}`]),
    sql`true`,
  ]
}

/** The lowest number that an event of the page may have. Without such an hour NULL: none has it. */
function lowerBound({ since = null, after, isOldestFirst = false }: AuditQuery): SQL | null {
  const next = isOldestFirst && after !== null ? after + 1 : null
  if (since === null) return next === null ? null : sql`${next}`
  const first = sql`(SELECT first_seq FROM portcullis_audit_hours
    WHERE hour >= ${hourOf(since)} ORDER BY hour LIMIT 1)`
  return next === null ? first : sql`max(${first}, ${next})`
}

function upperBound({ until = null, after, isOldestFirst = false }: AuditQuery): SQL | null {
  const next = !isOldestFirst && after !== null ? after - 1 : null
  if (until === null) return next === null ? null : sql`${next}`
  const last = sql`(SELECT last_seq FROM portcullis_audit_hours
    WHERE hour <= ${hourOf(until - 1)} ORDER BY hour DESC LIMIT 1)`
  return next === null ? last : sql`min(${last}, ${next})`
}

const hourOf = (at: Seconds) => Math.floor(at / HOUR)

type NameRow = { id: string; name: string; gone: number }

const NAMES: [type: Named['type'], columns: string][] = [
  ['administrator', 'administrator_id AS id, email AS name FROM portcullis_administrators'],
  ['administrator', 'administrator_id AS id, email AS name FROM portcullis_members'],
  ['api', 'api_id AS id, name FROM portcullis_apis'],
  ['role', 'role_id AS id, name FROM portcullis_roles'],
  ['client', 'client_id AS id, name FROM portcullis_clients'],
]

/** Each id is looked up once among what is there, and once among what is gone if it is not. */
function namesSql(of: Named[]): SQL {
  const parts = NAMES.flatMap(([type, columns]) => {
    const some = of.filter((one) => one.type === type).map(({ id }) => id)
    if (some.length === 0) return []
    return [
      sql`SELECT ${type} AS type, j.value AS id, coalesce(n.name, f.name) AS name, n.id IS NULL AS gone
        FROM json_each(${JSON.stringify(some)}) j
        LEFT JOIN (SELECT ${rawSql(columns)}) n ON n.id = j.value
        LEFT JOIN portcullis_former_names f ON n.id IS NULL AND f.id = j.value AND f.kind = ${type}
        WHERE coalesce(n.name, f.name) IS NOT NULL`,
    ]
  })
  return joinSql(parts, ' UNION ALL ')
}

export function toEvent(row: EventRow): AuditEvent {
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
