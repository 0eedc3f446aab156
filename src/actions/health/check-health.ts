import type { Backlog } from '../../domain/backlog.ts'
import type { JobState } from '../../domain/job.ts'
import { Unavailable } from '../../domain/errors.ts'
import { type KeyUse, keyUses, wrappingUses } from '../../domain/key-use.ts'
import type { MailerName } from '../../domain/mail.ts'
import { type Problem, problemsOf } from '../../domain/health.ts'
import type { Deps } from '../../domain/deps.ts'
import type { SettingProblem } from '../../domain/setting.ts'
import { standbyOf, usableFrom } from '../../domain/key-plan.ts'
import { activeKey, type SigningKey } from '../../domain/signing-key.ts'
import type { Seconds } from '../../domain/time.ts'
import { type DenylistHealth, describeDenylist } from '../edge/describe-denylist.ts'
import { KEY_TRIAL, type KeyTrial } from '../keys/try-standby.ts'
import type { LogVerdict } from '../audit/verify-audit-log.ts'
import { factsOf } from './log-problems.ts'

export type Health = {
  failing: Unavailable['what'][]
  /** The migrations that the code needs and D1 lacks. */
  missingMigrations: string[]
  /** The variables whose values are not those of this database. */
  wrongSettings: string[]
}

type HealthDeps = Pick<
  Deps,
  'probes' | 'signingKeys' | 'signer' | 'algorithm' | 'now' | 'keyChecks'
>

/** What of D1, its migrations, KV and the keys does not answer, is missing or is wrong. */
export async function checkHealth(deps: HealthDeps): Promise<Health> {
  const schema = deps.probes.missingMigrations(deps.now())
  // Whether D1 answers, and whether it is the database of these keys, is one question.
  const checks = [deps.keyChecks.ask(), schema, deps.probes.kv(), probeSigningKey(deps)]
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

/** Whether D1 can be asked for more: it answers, and has what the statements name. */
export function isReadable({ failing }: Pick<Health, 'failing'>): boolean {
  return !failing.includes('d1') && !failing.includes('migrations')
}

/** A fresh deployment has no key until something is signed. */
async function probeSigningKey(deps: HealthDeps): Promise<void> {
  const active = activeKey(await deps.signingKeys.all(), deps.algorithm, deps.now())
  if (active) await deps.signer.load(active.kid)
}

/** What whoever looks after the server wants to know; nothing secret in it. */
export type HealthDetail = {
  /** When the cron last ran, and what failed then; null when it never did. */
  cron: { ranAt: Seconds; failed: string[] } | null
  backlog: Backlog
  mailer: { name: MailerName; missing: string | null }
  signingKey: SigningKey | null
  /** The key that is published and signs next, once it has been for long enough. */
  standby: Standby | null
  /** Ids of rows that would be published keys, and are not ours: somebody else writes D1. */
  strangeKeys: string[]
  auditLog: { verifiedAt: Seconds; verdict: LogVerdict } | null
  denylist: DenylistHealth
  closed: boolean
  /** How many rows stand on which version of a key. */
  keys: KeyUse[]
  /** Settings that are wrong and stop no token. */
  settings: SettingProblem[]
  /** Whether configuration names the issuer, so that mails lead to the console. */
  issuerGiven: boolean
  problems: Problem[]
  /** How large the database may become, in bytes. */
  databaseLimit: number
}

export type Standby = {
  key: SigningKey
  usableFrom: Seconds
  /** When it was made, at first. */
  triedAt: Seconds
  /** The keys that the last trial found unusable: others were published in their place. */
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
    | 'hasOwnClock'
    | 'signingKeyLead'
    | 'issuerGiven'
    | 'keyUses'
    | 'keyVersions'
    | 'ledger'
    | 'mailer'
    | 'settingProblems'
    | 'strangeKeys'
  >

/** Finds the problems of a server that serves, in three statements. */
export async function findProblems(deps: DetailDeps): Promise<Problem[]> {
  return (await lookAround(deps)).problems
}

async function lookAround(deps: DetailDeps) {
  const now = deps.now()
  const [jobStates, backlog] = [await deps.jobStates.all(), await deps.probes.backlog(now)]
  const strangeKeys = (await deps.strangeKeys.published()).map(({ kid }) => kid)
  const seen = { now, jobStates, backlog, strangeKeys: strangeKeys.length }
  return { jobStates, backlog, strangeKeys, problems: problemsOf(factsOf(deps, seen)) }
}

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
    closed: deps.closed,
    keys: await describeKeys(deps, now),
    settings: deps.settingProblems,
    issuerGiven: deps.issuerGiven,
    databaseLimit: deps.databaseLimit,
  }
}

/** Counts the versions that wrapped signing keys too, ours or not: a missing one makes them look like somebody else's. */
async function describeKeys(deps: DetailDeps, now: Seconds): Promise<KeyUse[]> {
  const signingKeys = [...(await ownKeys(deps)), ...(await deps.strangeKeys.all())]
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

/** None where none of those in D1 is ours: that is told beside them. */
export async function ownKeys({ signingKeys }: Pick<Deps, 'signingKeys'>): Promise<SigningKey[]> {
  try {
    return await signingKeys.all()
  } catch (error) {
    if (error instanceof Unavailable && error.what === 'signing_key') return []
    throw error
  }
}
