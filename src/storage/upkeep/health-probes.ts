import type { Backlog, HealthProbes } from '../../domain/backlog.ts'
import { joinSql, rawSql, type SQL, sql } from '../sql.ts'
import { GIVEN_UP_AFTER } from '../../domain/reminder.ts'
import { EVENTS } from '../../domain/event-delivery.ts'
import { MINUTE, type Seconds } from '../../domain/time.ts'
import { dayOf } from '../../domain/token-counts.ts'
import { answered } from '../answered.ts'
import { type Database, oneRow } from '../database.ts'
import { schemaProbe } from './schema-probe.ts'
import { ALL, UNKNOWN_CLIENT } from './token-counts.ts'

export function healthProbes(db: Database, kv: KVNamespace): HealthProbes {
  return {
    missingMigrations: schemaProbe(db),
    async denylist() {
      await answered('kv', () => kv.get('health'))
    },
    async backlog(now) {
      const row = await oneRow<BacklogRow>(db, backlogSql(now))
      return { ...toBacklog(row), databaseBytes: db.bytes() }
    },
  }
}

type BacklogRow = Record<keyof typeof NUMBERS, number> & {
  entries_age: number | null
  failing_since: number | null
  held_since: number | null
  newest_event: number | null
  events_pending: number | null
  oldest_pending: number | null
  first_key: number | null
  error: string | null
  refused: string
  trying: string
}

/** The most quarantined clients counted, and the most suspended clients named. */
const HELD_MAX = 1000
const TRYING_MAX = 10

const HELD = sql`suspended_reason >= 'Held: ' AND suspended_reason < 'Held:!'`

const DELIVERED = sql`(SELECT position ->> 'seq' FROM portcullis_chores WHERE name = ${EVENTS})`

const NUMBERS = {
  clock: () => sql`unixepoch()`,
  entries: () => sql`(SELECT count(*) FROM portcullis_denylist_outbox)`,
  reminders: () => sql`(SELECT count(*) FROM portcullis_reminders WHERE due_at IS NOT NULL)`,
  given_up: (now: Seconds) => sql`(SELECT count(*) FROM portcullis_reminders
    WHERE failing_since <= ${now - GIVEN_UP_AFTER} AND due_at IS NOT NULL)`,
  uncertain: (now: Seconds) => sql`(SELECT count(*) FROM portcullis_reminders
    WHERE due_at IS NULL AND sent_at IS NULL AND sending_at <= ${now - MINUTE})`,
  held: () => sql`(SELECT count(*) FROM (SELECT 1 FROM portcullis_clients
    WHERE ${HELD} LIMIT ${HELD_MAX}))`,
}

const OTHERS: Record<string, (now: Seconds) => SQL> = {
  entries_age: () => sql`(SELECT unixepoch() - min(since) FROM portcullis_denylist_outbox)`,
  failing_since: () => sql`(SELECT min(failing_since) FROM portcullis_reminders
    WHERE failing_since IS NOT NULL AND due_at IS NOT NULL)`,
  error: () => sql`(SELECT last_error FROM portcullis_reminders WHERE failing_since IS NOT NULL
    ORDER BY failing_since DESC LIMIT 1)`,
  held_since: () => sql`(SELECT min(suspended_at) FROM portcullis_clients WHERE ${HELD})`,
  first_key: () => sql`(SELECT min(created_at) FROM portcullis_signing_keys)`,
  newest_event: () => sql`(SELECT at FROM portcullis_audit_events ORDER BY seq DESC LIMIT 1)`,
  events_pending: () => sql`(SELECT seq FROM portcullis_ledger_head WHERE id = 1) - ${DELIVERED}`,
  oldest_pending: () => sql`(SELECT at FROM portcullis_audit_events WHERE seq > ${DELIVERED}
    ORDER BY seq LIMIT 1)`,
  refused: (now) => sql`(SELECT json_group_object(outcome, count) FROM portcullis_token_counts
    WHERE day = ${dayOf(now)} AND client_id = ${ALL} AND outcome <> 'issued')`,
  trying: (now) => sql`(SELECT json_group_array(json_object('clientId', client_id, 'count', count))
    FROM (SELECT client_id, count FROM portcullis_token_counts
      WHERE outcome = 'suspended' AND day = ${dayOf(now)} AND client_id NOT IN (${ALL}, ${UNKNOWN_CLIENT})
      ORDER BY count DESC LIMIT ${TRYING_MAX}))`,
}

function backlogSql(now: Seconds): SQL {
  const columns = Object.entries({ ...NUMBERS, ...OTHERS })
  const named = columns.map(([name, column]) => sql`${column(now)} AS ${rawSql(name)}`)
  return sql`SELECT ${joinSql(named, ', ')}`
}

function toBacklog(row: BacklogRow): Omit<Backlog, 'databaseBytes'> {
  return {
    denylistEntries: row.entries,
    oldestEntryAge: row.entries_age,
    reminders: row.reminders,
    remindersGivenUp: row.given_up,
    remindersUncertain: row.uncertain,
    remindersFailingSince: row.failing_since,
    lastMailError: row.error,
    heldClients: row.held,
    heldSince: row.held_since,
    refusedToday: JSON.parse(row.refused) as Record<string, number>,
    suspendedTrying: JSON.parse(row.trying) as Backlog['suspendedTrying'],
    newestEventAt: row.newest_event,
    eventsPending: row.events_pending ?? 0,
    oldestEventPendingAt: row.oldest_pending,
    firstKeyAt: row.first_key,
    databaseClock: row.clock,
  }
}
