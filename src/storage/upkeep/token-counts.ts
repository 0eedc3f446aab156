import { sql } from '../sql.ts'
import { CLIENT_ID_MAX } from '../../domain/foreign-client.ts'
import {
  dayOf,
  daysShown,
  GUESSED,
  isOfKnownCaller,
  oldestDayKept,
  type Outcome,
  type OutcomeCount,
  type TokenCount,
  type TokenCounts,
} from '../../domain/token-counts.ts'
import { isRecent, MINUTE, type Seconds } from '../../domain/time.ts'
import type { Database } from '../database.ts'

// Rows with a placeholder for the client's id: for all clients together, and for ids that do not
// belong to one.
export const ALL = '*'
export const UNKNOWN_CLIENT = ''

// How many rows one isolate counts per minute. Strangers, who can send any id, may fill half of
// them.
const ROWS_MAX = 2000
const STRANGERS_MAX = ROWS_MAX / 2

type Row = [day: number, clientId: string, outcome: Outcome, count: number]

/**
 * Counts in the isolate's memory, so that no answer waits for it, and writes one row for many
 * requests.
 */
export function d1TokenCounts(db: Database): TokenCounts {
  const rows = new Map<string, Row>()
  let writtenAt: Seconds = 0
  const isDue = (now: Seconds) => rows.size > 0 && !isRecent(writtenAt, MINUTE, now)
  const add = (day: number, clientId: string, outcome: Outcome) => {
    const key = `${day} ${outcome} ${clientId}`
    const row = rows.get(key)
    if (row) row[3]++
    else rows.set(key, [day, clientId, outcome, 1])
  }
  return {
    count(clientId, outcome, now) {
      const isFull = rows.size >= (isOfKnownCaller(outcome) ? ROWS_MAX : STRANGERS_MAX)
      const countsAsUnknown = clientId === ALL || clientId.length > CLIENT_ID_MAX || isFull
      add(dayOf(now), countsAsUnknown ? UNKNOWN_CLIENT : clientId, outcome)
      add(dayOf(now), ALL, outcome)
    },

    isDue,

    async flush(now) {
      if (!isDue(now)) return
      const counted = JSON.stringify([...rows.values()])
      // Cleared even if the write fails: a figure may be too low, but is never counted twice.
      rows.clear()
      writtenAt = now
      await db.rows(writeSql(counted))
    },

    // One day at a time: the table's key begins with it, and one client's rows are few among all.
    ofLastDays: (clientId, now) =>
      db.rows<TokenCount>(sql`SELECT t.day, t.outcome, t.count
        FROM json_each(${JSON.stringify(daysShown(now))}) j CROSS JOIN portcullis_token_counts t
        WHERE t.day = j.value AND t.client_id = ${clientId ?? ALL} AND t.outcome <> ${GUESSED}`),

    since: (clientIds, day, now) =>
      db.rows<OutcomeCount>(sql`SELECT t.client_id AS clientId, t.outcome, sum(t.count) AS count
        FROM json_each(${JSON.stringify(daysShown(now).filter((one) => one >= day))}) d
        CROSS JOIN json_each(${JSON.stringify(clientIds)}) j
        CROSS JOIN portcullis_token_counts t
        WHERE t.day = d.value AND t.client_id = j.value GROUP BY 1, 2 ORDER BY 1, 2`),

    async forget(now, limit) {
      await db.rows(sql`DELETE FROM portcullis_token_counts WHERE rowid IN (
        SELECT rowid FROM portcullis_token_counts WHERE day < ${oldestDayKept(now)} LIMIT ${limit})`)
    },
  }
}

/** Ids that do not belong to a client are not stored: a stranger chose them. */
function writeSql(rows: string) {
  return sql`INSERT INTO portcullis_token_counts (day, client_id, outcome, count)
    SELECT j.value ->> 0, CASE j.value ->> 1 WHEN ${ALL} THEN ${ALL}
      ELSE coalesce(c.client_id, ${UNKNOWN_CLIENT}) END AS id, j.value ->> 2, sum(j.value ->> 3)
    FROM json_each(${rows}) j LEFT JOIN portcullis_clients c ON c.client_id = j.value ->> 1
    WHERE true GROUP BY 1, 2, 3
    ON CONFLICT (day, client_id, outcome) DO UPDATE SET count = count + excluded.count`
}
