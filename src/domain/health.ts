import type { DatabaseRestore } from './database-restore.ts'
import { isUrgent } from './job-names.ts'
import { DAY, HOUR, isAhead, MINUTE, type Seconds } from './time.ts'
import { countedInWords } from './count.ts'

/**
 * `degraded`: clients are served, and an operator should look during working hours. `failing`: a
 * promise of the server is broken or soon will be; page an operator. `unavailable`: no client is
 * served.
 */
export const LEVELS = ['ok', 'degraded', 'failing', 'unavailable'] as const
export type Level = (typeof LEVELS)[number]

export const PROBLEMS = [
  'cron_stopped',
  'cron_failing',
  'denylist_behind',
  'kv_emptied',
  'reminders_failing',
  'reminders_uncertain',
  'events_behind',
  'events_set_aside',
  'audit_log_broken',
  'audit_log_unverified',
  'clock_wrong',
  'database_nearly_full',
  'signing_keys_not_ours',
  'shut',
  'taken_back',
  'closed',
  'clients_held',
  'many_wrong_secrets',
  'many_guesses',
  'suspended_clients_trying',
  'settings_wrong',
  'gates_out_of_reach',
] as const
export type ProblemName = (typeof PROBLEMS)[number]

/** One problem; `since` is null if it is not known when it began. */
export type Problem = {
  name: ProblemName
  level: 'degraded' | 'failing'
  since: Seconds | null
  /** The subject of the problem, such as a step of the cron or a number. */
  detail: string | null
}

export type HealthFacts = {
  now: Seconds
  /** Null if the cron never ran. `failing`: since when each step has failed. */
  cron: { ranAt: Seconds; failing: Record<string, Seconds> } | null
  /** When the server first signed something, or was prepared to. */
  begunAt: Seconds | null
  denylist: { entries: number; oldestAge: Seconds | null; emptiedAt: Seconds | null }
  reminders: { failingSince: Seconds | null; uncertain: number }
  events: { pending: number; oldestAt: Seconds | null; setAside: number }
  auditLog: { verifiedAt: Seconds; brokenAt: number | null } | null
  /** How far the clock is ahead of the database's; null if the host brings its own clock. */
  clockAhead: Seconds | null
  newestEventAt: Seconds | null
  database: { bytes: number | null; limit: number }
  strangeKeys: number
  databaseRestore: DatabaseRestore | null
  closed: boolean
  held: { clients: number; since: Seconds | null }
  wrongSecretsToday: number
  /** Guesses of the bootstrap token. */
  guessesToday: number
  /** Clients, ten at most. */
  suspendedTrying: number
  /** Names of invalid settings with which the server goes on. */
  wrongSettings: string[]
  /** Whether gates answer; null where there are none, or none was asked. */
  gatesAnswer: boolean | null
  /** Since when the cron has found each problem; the next run notes a new one. */
  knownSince: Partial<Record<string, Seconds>>
}

type Rule = (facts: HealthFacts) => Problem | null | Problem[]

const CLOCK_WRONG: Seconds = 5 * MINUTE
const NEARLY_FULL = { degraded: 0.8, failing: 0.95 }
const MANY_WRONG_SECRETS = 1000
const MANY_GUESSES = 100

/**
 * A wrong value of one of these refuses clients: for want of a proof or a nonce, or because their
 * certificate is not read or their tokens are in no list.
 */
export const TURN_CLIENTS_AWAY = [
  'REQUIRE_DPOP',
  'DPOP_NONCE',
  'STATUS_LISTS',
  'MTLS_HOST',
  'CLIENT_CERTIFICATE_PROXY_SECRET',
] as const

export function turnsClientsAway(wrongSettings: string[]): boolean {
  return TURN_CLIENTS_AWAY.some((name) => wrongSettings.includes(name))
}

const RULES: Rule[] = [
  ({ cron, begunAt, now }) =>
    aged('cron_stopped', cron?.ranAt ?? begunAt, now, 5 * MINUTE, 30 * MINUTE),
  ({ cron, now }) => Object.entries(cron?.failing ?? {}).map((step) => failingStep(step, now)),
  ({ denylist: { entries, oldestAge }, now }) => {
    const since = oldestAge === null ? null : now - oldestAge
    return aged(
      'denylist_behind',
      since,
      now,
      5 * MINUTE,
      30 * MINUTE,
      countedInWords(entries, 'entry', 'entries'),
    )
  },
  // Until everything is written again, APIs that read the denylist at the edge accept suspended
  // clients.
  ({ denylist: { entries, emptiedAt } }) =>
    emptiedAt === null || entries === 0
      ? null
      : failing('kv_emptied', emptiedAt, countedInWords(entries, 'entry', 'entries')),
  ({ reminders, now }) => aged('reminders_failing', reminders.failingSince, now, HOUR, DAY),
  ({ reminders: { uncertain } }) =>
    uncertain === 0 ? null : degraded('reminders_uncertain', null, String(uncertain)),
  ({ events: { pending, oldestAt }, now }) =>
    aged('events_behind', oldestAt, now, HOUR, DAY, countedInWords(pending, 'event')),
  ({ events: { setAside } }) =>
    setAside === 0 ? null : degraded('events_set_aside', null, String(setAside)),
  ({ auditLog }) =>
    auditLog && auditLog.brokenAt !== null
      ? failing('audit_log_broken', auditLog.verifiedAt, `event ${auditLog.brokenAt}`)
      : null,
  ({ auditLog, now }) =>
    auditLog && aged('audit_log_unverified', auditLog.verifiedAt, now, 3 * DAY, Infinity),
  clockWrong,
  ({ database: { bytes, limit } }) => {
    if (bytes === null || bytes < limit * NEARLY_FULL.degraded) return null
    const isUrgent = bytes >= limit * NEARLY_FULL.failing
    const detail = `${Math.round((bytes / limit) * 100)}%`
    return (isUrgent ? failing : degraded)('database_nearly_full', null, detail)
  },
  ({ strangeKeys }) =>
    strangeKeys === 0 ? null : failing('signing_keys_not_ours', null, String(strangeKeys)),
  ({ databaseRestore }) =>
    databaseRestore?.isShut ? failing('shut', databaseRestore.since) : null,
  ({ databaseRestore }) =>
    databaseRestore && !databaseRestore.isShut
      ? failing('taken_back', databaseRestore.since)
      : null,
  ({ closed }) => (closed ? degraded('closed', null) : null),
  ({ held: { clients, since } }) =>
    clients === 0 ? null : degraded('clients_held', since, String(clients)),
  ({ wrongSecretsToday: many }) =>
    many < MANY_WRONG_SECRETS ? null : degraded('many_wrong_secrets', null, `${many} today`),
  ({ guessesToday: many }) =>
    many < MANY_GUESSES ? null : degraded('many_guesses', null, `${many} today`),
  ({ suspendedTrying: many }) =>
    many === 0 ? null : degraded('suspended_clients_trying', null, `${many} today`),
  ({ wrongSettings }) =>
    wrongSettings.length === 0
      ? null
      : (turnsClientsAway(wrongSettings) ? failing : degraded)(
          'settings_wrong',
          null,
          wrongSettings.join(', '),
        ),
  ({ gatesAnswer }) => (gatesAnswer === false ? degraded('gates_out_of_reach', null) : null),
]

/** Finds every problem, the most severe first. */
export function problemsOf(facts: HealthFacts): Problem[] {
  const problems = RULES.flatMap((rule) => rule(facts) ?? []).map((one) => ({
    ...one,
    since: one.since ?? facts.knownSince[one.name] ?? null,
  }))
  const isFailing = ({ level }: Problem) => level === 'failing'
  return [...problems.filter(isFailing), ...problems.filter((one) => !isFailing(one))]
}

export function levelOf(problems: Problem[]): Exclude<Level, 'unavailable'> {
  return problems[0]?.level ?? 'ok'
}

export function isAtLeast(level: Level, other: Level): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(other)
}

function failingStep([step, since]: [string, Seconds], now: Seconds): Problem {
  const patience = isUrgent(step) ? 15 * MINUTE : DAY
  return (now - since >= patience ? failing : degraded)('cron_failing', since, step)
}

/**
 * Compares the clock with the database's, and with the log, in which a clock that was ahead leaves
 * future events.
 */
function clockWrong({ clockAhead, newestEventAt, now }: HealthFacts): Problem | null {
  if (clockAhead !== null && Math.abs(clockAhead) > CLOCK_WRONG) {
    return failing(
      'clock_wrong',
      null,
      `${countedInWords(clockAhead, 'second')} ahead of the database`,
    )
  }
  if (newestEventAt === null || newestEventAt <= now + CLOCK_WRONG) return null
  return failing('clock_wrong', null, `the newest event is ${newestEventAt - now} seconds ahead`)
}

/** A problem only after it has lasted for a while. */
function aged(
  name: ProblemName,
  since: Seconds | null,
  now: Seconds,
  degradedAfter: Seconds,
  failingAfter: Seconds,
  detail: string | null = null,
): Problem | null {
  if (since === null) return null
  // A start time in the future says nothing about the duration: treated as the longest.
  const age = isAhead(since, now) ? Infinity : now - since
  if (age < degradedAfter) return null
  return (age >= failingAfter && failingAfter < Infinity ? failing : degraded)(name, since, detail)
}

function degraded(name: ProblemName, since: Seconds | null, detail: string | null = null): Problem {
  return { name, level: 'degraded', since, detail }
}

function failing(name: ProblemName, since: Seconds | null, detail: string | null = null): Problem {
  return { name, level: 'failing', since, detail }
}
