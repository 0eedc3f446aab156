import { sql } from '../sql.ts'
import {
  dayOf,
  daysShown,
  isOfKnownCaller,
  oldestDayKept,
  type Outcome,
  type TokenCount,
  type TokenCounts,
} from '../../domain/token-counts.ts'
import { MINUTE, type Seconds } from '../../domain/time.ts'
import type { Database } from '../database.ts'

// Rows in whose place there is no client's id: of all together, and of ids that no client has.
export const ALL = '*'
export const NOBODY = ''

// What a minute in one isolate may count one by one. Strangers, who can name any id, fill half of it.
const ROWS_MAX = 2000
const STRANGERS_MAX = ROWS_MAX / 2
const CLIENT_ID_MAX = 64

type Row = [day: number, clientId: string, outcome: Outcome, count: number]

/** Counts in the isolate's memory, so that no answer waits for it, and writes a row for many requests. */
export function d1TokenCounts(db: Database): TokenCounts {
  const rows = new Map<string, Row>()
  let writtenAt: Seconds = 0
  const isDue = (now: Seconds) => rows.size > 0 && Math.abs(now - writtenAt) >= MINUTE
  const add = (day: number, clientId: string, outcome: Outcome) => {
    const key = `${day} ${outcome} ${clientId}`
    const row = rows.get(key)
    if (row) row[3]++
    else rows.set(key, [day, clientId, outcome, 1])
  }
  return {
    count(clientId, outcome, now) {
      const isFull = rows.size >= (isOfKnownCaller(outcome) ? ROWS_MAX : STRANGERS_MAX)
      const isNobody = clientId === ALL || clientId.length > CLIENT_ID_MAX || isFull
      add(dayOf(now), isNobody ? NOBODY : clientId, outcome)
      add(dayOf(now), ALL, outcome)
    },

    isDue,

    async flush(now) {
      if (!isDue(now)) return
      const counted = JSON.stringify([...rows.values()])
      // Gone even where the write fails: in doubt a figure is too low, and never grows by itself.
      rows.clear()
      writtenAt = now
      await db.rows(writeSql(counted))
    },

    // By each day in turn: the table's key begins with it, and one client's rows are few among all.
    ofLastDays: (clientId, now) =>
      db.rows<TokenCount>(sql`SELECT t.day, t.outcome, t.count
        FROM json_each(${JSON.stringify(daysShown(now))}) j CROSS JOIN portcullis_token_counts t
        WHERE t.day = j.value AND t.client_id = ${clientId ?? ALL}`),

    async forget(now, limit) {
      await db.rows(sql`DELETE FROM portcullis_token_counts WHERE rowid IN (
        SELECT rowid FROM portcullis_token_counts WHERE day < ${oldestDayKept(now)} LIMIT ${limit})`)
    },
  }
}

/** An id that no client has is not kept: a stranger chose it. */
function writeSql(rows: string) {
  return sql`INSERT INTO portcullis_token_counts (day, client_id, outcome, count)
    SELECT j.value ->> 0, CASE j.value ->> 1 WHEN ${ALL} THEN ${ALL}
      ELSE coalesce(c.client_id, ${NOBODY}) END AS id, j.value ->> 2, sum(j.value ->> 3)
    FROM json_each(${rows}) j LEFT JOIN portcullis_clients c ON c.client_id = j.value ->> 1
    WHERE true GROUP BY 1, 2, 3
    ON CONFLICT (day, client_id, outcome) DO UPDATE SET count = count + excluded.count`
}
