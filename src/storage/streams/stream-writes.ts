import type { EventStream } from '../../domain/event-stream.ts'
import type { Write } from '../../domain/ledger.ts'
import type { Statement } from '../database.ts'
import { type SQL, sql } from '../sql.ts'
import { rowOf } from './stream-rows.ts'

/** The statements of a write to a stream. */
export function streamStatements({ before, after }: Write & { kind: 'event_stream' }): Statement[] {
  if (after) return before ? changedStatements(before, after) : [insertStatement(after)]
  return before ? [sql`DELETE FROM portcullis_event_streams WHERE ${isOf(before)}`] : []
}

const isOf = ({ streamId }: EventStream): SQL => sql`stream_id = ${streamId}`

function insertStatement(stream: EventStream): Statement {
  const { streamId, clientId, seq, dueAt, version, state } = rowOf(stream)
  return sql`INSERT INTO portcullis_event_streams
    (stream_id, client_id, seq, due_at, version, state)
    VALUES (${streamId}, ${clientId}, ${seq}, ${dueAt}, ${version}, ${state})`
}

/** They decide where, and whether, is pushed. */
const DELIVERY = ['endpointUrl', 'authorization', 'status'] as const

/** Notes of a run that pushes, which is over where the delivery changes. */
const NOTES = ['lease', 'failing']

/**
 * Changes what differs and nothing else: the stream moves on meanwhile, by polls and pushes, which no
 * log orders. They read the version that is written here, and begin again. A run that began since
 * `before` was read pushes for the old delivery, and has nothing to say of the new one.
 */
function changedStatements(before: EventStream, after: EventStream): Statement[] {
  const [from, to] = [rowOf(before), rowOf(after)]
  const isAnew = DELIVERY.some((name) => before[name] !== after[name])
  const seq = from.seq === to.seq ? sql`seq` : sql`${to.seq}`
  const dueAt = from.dueAt === to.dueAt && !isAnew ? sql`due_at` : sql`${to.dueAt}`
  const state = stateSql(from.state, to.state, isAnew ? NOTES : [])
  return [
    sql`UPDATE portcullis_event_streams SET seq = ${seq}, due_at = ${dueAt},
      version = version + 1, state = ${state} WHERE ${isOf(before)}`,
  ]
}

/** With what differs, and with `also` in any case. */
function stateSql(from: string, to: string, also: string[]): SQL {
  const [old, all] = [JSON.parse(from), JSON.parse(to)] as Record<string, unknown>[]
  const texts = Object.entries(all ?? {}).map(([name, value]) => [name, JSON.stringify(value)])
  const changed = texts.filter(
    ([name = '', text]) => also.includes(name) || JSON.stringify(old?.[name]) !== text,
  )
  return changed.reduce<SQL>(
    (state, [name = '', text = '']) => sql`json_set(${state}, ${`$.${name}`}, json(${text}))`,
    sql`state`,
  )
}
