import {
  type EventStream,
  type EventStreams,
  PUSH_LEASE,
  type StreamState,
} from '../../domain/event-stream.ts'
import { CLOCK_SKEW } from '../../domain/time.ts'
import { held } from '../clients/access-sql.ts'
import { type Database, firstOf } from '../database.ts'
import { rawSql, type SQL, sql } from '../sql.ts'
import { rowOf, streamOf, type StreamRow } from './stream-rows.ts'

const COLUMNS = rawSql(`s.stream_id AS streamId, s.client_id AS clientId, s.seq, s.due_at AS dueAt,
  s.version, s.state FROM portcullis_event_streams s
  JOIN portcullis_clients c ON c.client_id = s.client_id`)

const IS_IN = rawSql(`c.suspended_at IS NULL AND EXISTS (SELECT 1 FROM (${held('c')}) h
  JOIN portcullis_permissions p ON p.id = h.permission_id
  JOIN portcullis_apis a ON a.api_id = p.api_id WHERE a.audience =`)

/** Whether client `c` is neither suspended nor without a permission on this audience. */
const isIn = (audience: string): SQL => sql`${IS_IN} ${audience})`

/** Updates the stream from the version that it had, and further conditions. */
function replaceSql({ streamId, version }: EventStream, after: EventStream, also = sql`true`): SQL {
  const { seq, dueAt, state } = rowOf(after)
  return sql`UPDATE portcullis_event_streams AS s SET seq = ${seq}, due_at = ${dueAt},
    version = ${version + 1}, state = ${state}
    WHERE s.stream_id = ${streamId} AND s.version = ${version} AND ${also} RETURNING stream_id`
}

export function d1EventStreams(db: Database): EventStreams {
  return {
    async find(clientId) {
      const rows = await db.rows<StreamRow>(sql`SELECT ${COLUMNS} WHERE s.client_id = ${clientId}`)
      return rows.map(streamOf)[0] ?? null
    },

    async replace(before, after) {
      return (await db.rows(replaceSql(before, after))).length > 0
    },

    async claim(before, after, audience) {
      const receiver = sql`EXISTS (SELECT 1 FROM portcullis_clients c
        WHERE c.client_id = s.client_id AND ${isIn(audience)})`
      return (await db.rows(replaceSql(before, after, receiver))).length > 0
    },

    async isClaimed({ streamId }, lease, audience) {
      const rows = await db.rows(sql`SELECT 1 FROM portcullis_event_streams s
        JOIN portcullis_clients c ON c.client_id = s.client_id
        WHERE s.stream_id = ${streamId} AND s.state ->> '$.lease' = ${lease} AND ${isIn(audience)}`)
      return rows.length > 0
    },

    async ailing(limit) {
      const rows = await db.rows<{
        total: number
        state: string | null
      }>(sql`SELECT n.total, a.state
        FROM (SELECT count(*) AS total FROM portcullis_event_streams) n LEFT JOIN (
          SELECT json_object('clientId', client_id, 'status', state ->> '$.status',
            'reason', state ->> '$.reason', 'failing', state -> '$.failing') AS state
          FROM portcullis_event_streams
          WHERE state ->> '$.status' <> 'enabled' OR state ->> '$.failing' IS NOT NULL
          ORDER BY client_id LIMIT ${limit}) a`)
      const ailing = rows.flatMap(({ state }) => (state ? [JSON.parse(state) as StreamState] : []))
      return { total: firstOf(rows).total, ailing }
    },

    // A time further ahead than any that is set comes from a clock that was wrong.
    async due(now, headSeq, audience, limit) {
      const rows = await db.rows<StreamRow>(sql`SELECT ${COLUMNS}
        WHERE (s.due_at <= ${now} OR s.due_at > ${now + PUSH_LEASE + CLOCK_SKEW})
        AND (s.seq < ${headSeq} OR s.state ->> '$.messages[0]' IS NOT NULL)
        AND ${isIn(audience)} ORDER BY s.due_at LIMIT ${limit}`)
      return rows.map(streamOf)
    },
  }
}
