import type { Backlog } from '../../domain/backlog.ts'
import type { JobState } from '../../domain/job.ts'
import { Unavailable } from '../../domain/errors.ts'
import { type KeyUse, keyUses, wrappingUses } from '../../domain/key-use.ts'
import type { MailerName } from '../../domain/mail.ts'
import { type Problem, problemsOf } from '../../domain/health.ts'
import type { StreamState } from '../../domain/event-stream.ts'
import type { Deps } from '../../domain/deps.ts'
import type { SettingProblem } from '../../domain/setting.ts'
import { standbyOf, usableFrom } from '../../domain/key-plan.ts'
import { activeKey, type SigningKey } from '../../domain/signing-key.ts'
import type { Seconds } from '../../domain/time.ts'
import { type DenylistHealth, describeDenylist } from '../edge/describe-denylist.ts'
import { describeEvents, type EventsHealth } from '../events/describe-events.ts'
import { KEY_TRIAL, type KeyTrial } from '../keys/try-standby.ts'
import type { LogVerdict } from '../audit/verify-audit-log.ts'
import { factsOf } from './log-problems.ts'

export type Health = {
  failing: Unavailable['what'][]
  /** The migrations that the code needs and the database lacks. */
  missingMigrations: string[]
  /** The variables whose values do not match this database. */
  wrongSettings: string[]
}

type HealthDeps = Pick<
  Deps,
  'probes' | 'signingKeys' | 'signer' | 'algorithm' | 'now' | 'keyChecks'
>

/**
 * Checks the database, its migrations, the denylist and the keys, and returns what does not answer,
 * is missing or is wrong.
 */
export async function checkHealth(deps: HealthDeps): Promise<Health> {
  const schema = deps.probes.missingMigrations(deps.now())
  // One query checks that the database answers and that it belongs to these keys.
  const checks = [deps.keyChecks.ask(), schema, deps.probes.denylist(), probeSigningKey(deps)]
  const results = await Promise.allSettled(checks)
  const outages = results.flatMap((result) => {
    if (result.status === 'fulfilled') return []
    if (result.reason instanceof Unavailable) return [result.reason]
    throw result.reason
  })
  const failed = outages.map(({ what }) => what)
  const missingMigrations = failed.includes('d1') ? [] : await schema
  const failing = missingMigrations.length > 0 ? [...failed, 'migrations' as const] : failed
  const wrongSettings = outages.flatMap(({ settings }) => settings)
  return {
    failing: [...new Set(failing)],
    missingMigrations,
    wrongSettings: [...new Set(wrongSettings)],
  }
}

/** Whether further queries are possible: the database answers, and has what the statements name. */
export function isReadable({ failing }: Pick<Health, 'failing'>): boolean {
  return !failing.includes('d1') && !failing.includes('migrations')
}

/** A fresh deployment has no key until something is signed. */
async function probeSigningKey(deps: HealthDeps): Promise<void> {
  const active = activeKey(await deps.signingKeys.all(), deps.algorithm, deps.now())
  if (active) await deps.signer.load(active.kid)
}

/** Details for operators; contains nothing secret. */
export type HealthDetail = {
  /** When the cron last ran, and which jobs failed then; null if it never ran. */
  cron: { ranAt: Seconds; failed: string[] } | null
  backlog: Backlog
  mailer: { name: MailerName; missing: string | null }
  signingKey: SigningKey | null
  /** The published key that signs next, once it has been published long enough. */
  standby: Standby | null
  /**
   * Ids of rows that would be published as keys but are not ours: someone else writes to the
   * database.
   */
  strangeKeys: string[]
  auditLog: { verifiedAt: Seconds; verdict: LogVerdict } | null
  denylist: DenylistHealth
  events: EventsHealth
  closed: boolean
  /** The number of rows that depend on each version of a key. */
  keys: KeyUse[]
  /** Invalid settings that do not prevent issuing tokens. */
  settings: SettingProblem[]
  /** Whether the issuer is configured, so that mails can link to the console. */
  issuerGiven: boolean
  problems: Problem[]
  /** The maximum size of the database in bytes. */
  databaseLimit: number
  /** Whether gates answer; null where there are none. */
  gatesAnswer: boolean | null
  /** Streams of security events; null while they are off. */
  streams: { total: number; ailing: StreamState[] } | null
}

export type Standby = {
  key: SigningKey
  usableFrom: Seconds
  /** When the first one was created. */
  triedAt: Seconds
  /** The keys that the last trial found unusable, for which others were published. */
  discarded: string[]
}

type DetailDeps = HealthDeps &
  Pick<
    Deps,
    | 'anchors'
    | 'auditEvents'
    | 'jobStates'
    | 'closed'
    | 'databaseLimit'
    | 'eventsWebhook'
    | 'gates'
    | 'hasOwnClock'
    | 'signingKeyLead'
    | 'issuerGiven'
    | 'keyUses'
    | 'keyVersions'
    | 'ledger'
    | 'securityEvents'
    | 'mailer'
    | 'settingProblems'
    | 'strangeKeys'
  >

/** Finds the problems of a server that is serving, in three statements. */
export async function findProblems(deps: DetailDeps): Promise<Problem[]> {
  return (await lookAround(deps)).problems
}

async function lookAround(deps: DetailDeps) {
  const now = deps.now()
  const [jobStates, backlog] = [await deps.jobStates.all(), await deps.probes.backlog(now)]
  const strangeKeys = (await deps.strangeKeys.published()).map(({ kid }) => kid)
  const gatesAnswer = deps.gates && (await deps.gates.answers())
  const seen = { now, jobStates, backlog, strangeKeys: strangeKeys.length, gatesAnswer }
  return { jobStates, backlog, strangeKeys, gatesAnswer, problems: problemsOf(factsOf(deps, seen)) }
}

const AILING_MOST = 20

export async function describeHealth(deps: DetailDeps): Promise<HealthDetail> {
  const now = deps.now()
  const { jobStates, ...seen } = await lookAround(deps)
  const [run, verdict] = [jobStates.get('run'), jobStates.get('verdict')]
  const keys = await ownKeys(deps)
  return {
    ...seen,
    signingKey: activeKey(keys, deps.algorithm, now),
    standby: describeStandby(deps, keys, jobStates, now),
    cron: run ? { ranAt: run.ranAt, failed: run.position as string[] } : null,
    mailer: { name: deps.mailer.name, missing: deps.mailer.missing },
    auditLog: verdict
      ? { verifiedAt: verdict.ranAt, verdict: verdict.position as LogVerdict }
      : null,
    denylist: await describeDenylist(deps, jobStates, now),
    events: describeEvents(deps, jobStates, seen.backlog),
    streams: deps.securityEvents && (await deps.securityEvents.streams.ailing(AILING_MOST)),
    closed: deps.closed,
    keys: await describeKeys(deps, now),
    settings: deps.settingProblems,
    issuerGiven: deps.issuerGiven,
    databaseLimit: deps.databaseLimit,
  }
}

/**
 * Also counts the versions that wrapped signing keys, whether ours or not: without its version, our
 * own key looks like a foreign one.
 */
async function describeKeys(deps: DetailDeps, now: Seconds): Promise<KeyUse[]> {
  const forEvents = deps.securityEvents?.signing
  const signingKeys = [
    ...(await ownKeys(deps)),
    ...(await deps.strangeKeys.all()),
    ...(forEvents ? await ownKeys(forEvents) : []),
  ]
  const counted = await deps.keyUses.count(now)
  return keyUses(deps.keyVersions, [...counted, ...wrappingUses(signingKeys, now)])
}

function describeStandby(
  { algorithm, signingKeyLead }: Pick<Deps, 'algorithm' | 'signingKeyLead'>,
  keys: SigningKey[],
  jobStates: ReadonlyMap<string, JobState>,
  now: Seconds,
): Standby | null {
  const key = standbyOf(keys, algorithm, now)
  if (!key) return null
  const trial = jobStates.get(KEY_TRIAL)
  const tried = trial ? Math.max(trial.ranAt, key.createdAt) : key.createdAt
  const discarded = (trial?.position as KeyTrial | null)?.discarded ?? []
  return { key, usableFrom: usableFrom(key, signingKeyLead), triedAt: tried, discarded }
}

/** Empty if the database has keys and none of them is ours, which is reported separately. */
export async function ownKeys({ signingKeys }: Pick<Deps, 'signingKeys'>): Promise<SigningKey[]> {
  try {
    return await signingKeys.all()
  } catch (error) {
    if (error instanceof Unavailable && error.what === 'signing_key') return []
    throw error
  }
}
