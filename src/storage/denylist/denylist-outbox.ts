import type { DenylistOutbox, Glimpse, Settled, WrittenEntry } from '../../domain/denylist.ts'
import { type SQL, sql } from '../sql.ts'
import { SHUT, DATABASE_RESTORED } from '../../domain/database-restore.ts'
import type { Seconds } from '../../domain/time.ts'
import type { Database } from '../database.ts'
import {
  type EntryRow,
  entriesSql,
  statesSql,
  suspendedSql,
  toEntry,
  toState,
} from './denylist-entries.ts'

/** The longest time that a killed writer holds up its row. */
const CLAIM: Seconds = 30

/** How long a failed write may still take effect. */
const UNSETTLED: Seconds = 60

/**
 * Uses D1's clock, because isolates' clocks may differ. A claim has an owner: a slow writer may
 * have lost it to another and then written over that one's entry.
 */
export function d1DenylistOutbox(db: Database): DenylistOutbox {
  return {
    async claim(writer, which) {
      const [due, rows] = await db.batch([
        claimSql(writer, 'limit' in which ? dueSql(which.limit) : listedSql(which.clientIds)),
        entriesSql(sql`(SELECT client_id FROM portcullis_denylist_outbox
          WHERE claimed_by = ${writer})`),
      ])
      const repeats = (due as KeptRow[]).filter((row) => row.version === 0)
      return (rows as EntryRow[]).map((row) => ({
        clientId: row.client_id,
        entry: toEntry(row),
        isRepeat: repeats.some((repeat) => repeat.client_id === row.client_id),
      }))
    },

    async settle(writer, written) {
      const list = JSON.stringify(written)
      const [, deleted, kept] = await db.batch([
        writeAgainLaterSql(writer, list),
        deleteDoneSql(writer, list),
        freeSql(writer, list),
      ])
      const done = new Set((deleted as { client_id: string }[]).map((row) => row.client_id))
      return new Map(
        written.map((one) => [
          one.clientId,
          done.has(one.clientId) ? 'done' : leftOver(one, kept as KeptRow[]),
        ]),
      )
    },

    async states(clientId, now, limit) {
      return (await db.rows<EntryRow>(statesSql(clientId, now, limit))).map(toState)
    },

    async cutOff(clientId, limit) {
      return (await db.rows<EntryRow>(suspendedSql(clientId, limit))).map(toState)
    },

    async entries(clientIds) {
      const rows = await db.rows<EntryRow>(entriesSql(listedSql(clientIds)))
      return new Map(rows.map((row) => [row.client_id, toEntry(row)]))
    },

    async repeat(clientIds, last = false) {
      // Due entries are taken in the order of this column, and a time long ago is over.
      await db.rows(sql`INSERT INTO portcullis_denylist_outbox (client_id, version, unsettled_until, since)
        SELECT value, 0, ${last ? 1 : 0}, unixepoch() FROM json_each(${JSON.stringify(clientIds)}) WHERE true
        ON CONFLICT DO NOTHING`)
    },

    async ahead(glimpses, exactly) {
      const list = JSON.stringify([...glimpses].map(([id, glimpse]) => [id, ...columns(glimpse)]))
      const rows = await db.rows<{ client_id: string }>(aheadSql(list, exactly))
      return rows.map((row) => row.client_id)
    },
  }
}

function listedSql(clientIds: string[]): SQL {
  return sql`(SELECT value FROM json_each(${JSON.stringify(clientIds)}))`
}

function columns(glimpse: Glimpse): (number | null)[] {
  if (glimpse === 'garbled') return [null]
  const { version, more } = glimpse
  return more ? [version, Number(more.suspended), more.generation] : [version]
}

/** If the denylist was never told of a client, its entry was written by someone else. */
function aheadSql(list: string, exactly: boolean): SQL {
  return sql`SELECT c.client_id
    FROM json_each(${list}) j JOIN portcullis_clients c ON c.client_id = j.value ->> 0
    WHERE c.denylist_version < j.value ->> 1 OR j.value ->> 1 IS NULL OR c.denylist_version = 0
    OR (${Number(exactly)} AND c.denylist_version = j.value ->> 1
      AND ((c.suspended_at IS NOT NULL) <> j.value ->> 2 OR c.generation <> j.value ->> 3))`
}

/**
 * While it is not known what the denylist knows better, entries that let a client in are not
 * written over it: a location's view of KV may be a minute old.
 */
const MUST_WAIT = sql`(EXISTS (SELECT 1 FROM portcullis_chores
    WHERE name = ${DATABASE_RESTORED} AND position = ${JSON.stringify(SHUT)})
  AND EXISTS (SELECT 1 FROM portcullis_clients c
    WHERE c.client_id = portcullis_denylist_outbox.client_id AND c.suspended_at IS NULL))`

/** Also where it is further ahead than a claim is long: the database's clock has been set back since. */
const IS_FREE = sql`(claimed_until <= unixepoch() OR claimed_until > unixepoch() + ${CLAIM})`

/**
 * How many written entries are settled late at a time: they wait because a minute has not passed.
 */
const UNSETTLED_AT_ONCE = 8

function dueSql(limit: number): SQL {
  const ready = inTurnSql(sql`unsettled_until <= unixepoch()`, limit)
  const others = inTurnSql(sql`unsettled_until > unixepoch()`, UNSETTLED_AT_ONCE)
  return sql`(SELECT client_id FROM (SELECT * FROM (${ready}) UNION ALL SELECT * FROM (${others}))
    LIMIT ${limit})`
}

function inTurnSql(condition: SQL, limit: number): SQL {
  return sql`SELECT client_id FROM portcullis_denylist_outbox
    WHERE ${condition} AND ${IS_FREE} AND NOT ${MUST_WAIT}
    ORDER BY unsettled_until, client_id LIMIT ${limit}`
}

/** A claim that lapsed belonged to a writer whose write may still take effect. */
function claimSql(writer: string, clientIds: SQL): SQL {
  return sql`UPDATE portcullis_denylist_outbox SET
    unsettled_until = CASE WHEN claimed_until = 0 THEN unsettled_until
      ELSE max(unsettled_until, unixepoch() + ${UNSETTLED}) END,
    claimed_until = unixepoch() + ${CLAIM}, claimed_by = ${writer}
    WHERE client_id IN ${clientIds} AND ${IS_FREE} AND NOT ${MUST_WAIT}
    RETURNING client_id, version`
}

/** A write that lost its claim may have undone another: the entry is written once more. */
function writeAgainLaterSql(writer: string, list: string): SQL {
  return sql`INSERT INTO portcullis_denylist_outbox (client_id, version, unsettled_until, since)
    SELECT j.value ->> 'clientId', j.value ->> 'version', unixepoch() + ${UNSETTLED}, unixepoch()
    FROM json_each(${list}) j WHERE NOT EXISTS (
      SELECT 1 FROM portcullis_denylist_outbox o
      WHERE o.client_id = j.value ->> 'clientId' AND o.claimed_by = ${writer})
    ON CONFLICT (client_id) DO UPDATE
    SET unsettled_until = max(unsettled_until, excluded.unsettled_until)`
}

function deleteDoneSql(writer: string, list: string): SQL {
  return sql`DELETE FROM portcullis_denylist_outbox AS o
    WHERE claimed_by = ${writer} AND unsettled_until <= unixepoch() AND EXISTS (
      SELECT 1 FROM json_each(${list}) j WHERE j.value ->> 'clientId' = o.client_id
      AND j.value ->> 'ok' AND o.version <= j.value ->> 'version') RETURNING client_id`
}

function freeSql(writer: string, list: string): SQL {
  return sql`UPDATE portcullis_denylist_outbox AS o SET claimed_until = 0, claimed_by = NULL,
    unsettled_until = CASE WHEN EXISTS (
      SELECT 1 FROM json_each(${list}) j
      WHERE j.value ->> 'clientId' = o.client_id AND j.value ->> 'wasTried' AND NOT j.value ->> 'ok')
      THEN unixepoch() + ${UNSETTLED} ELSE unsettled_until END
    WHERE claimed_by = ${writer} RETURNING client_id, version`
}

type KeptRow = { client_id: string; version: number }

function leftOver({ clientId, version, ok }: WrittenEntry, kept: KeptRow[]): Settled {
  const row = kept.find((one) => one.client_id === clientId)
  return ok && row && row.version > version ? 'newer' : 'unsettled'
}
