import type { Backlog } from '../../domain/backlog.ts'
import type { JobState, JobStates } from '../../domain/job.ts'
import { type HealthFacts, type Problem, problemsOf } from '../../domain/health.ts'
import type { Deps } from '../../domain/deps.ts'
import { databaseRestoreIn, EMPTIED } from '../../domain/database-restore.ts'
import { GUESSED } from '../../domain/token-counts.ts'
import type { Seconds } from '../../domain/time.ts'
import { deliveryIn } from '../events/delivery-state.ts'
import type { LogVerdict } from '../audit/verify-audit-log.ts'

/** Since when each run of the cron has ended with each problem. */
export const PROBLEMS_SINCE = 'problems'

/** Since when each step of the cron has failed in every run. */
export const FAILING = 'failing'

export type ProblemDeps = Pick<
  Deps,
  | 'closed'
  | 'databaseLimit'
  | 'hasOwnClock'
  | 'logProblem'
  | 'logWarning'
  | 'probes'
  | 'settingProblems'
>

export function failingSince(
  jobStates: JobStates,
  failed: string[],
  now: Seconds,
): Record<string, Seconds> {
  const before = sinceBy(jobStates)
  return Object.fromEntries(failed.map((name) => [name, before[name] ?? now]))
}

export type RunProblems = {
  problems: Problem[]
  /** Waiting work and the size of the database, for the metrics. */
  pending: { denylistEntries: number; reminders: number; databaseBytes: number }
}

/** Finds the problems at the end of a run of the cron; null if the check itself fails. */
export async function findRunProblems(
  deps: ProblemDeps,
  jobStates: JobStates,
  now: Seconds,
): Promise<RunProblems | null> {
  try {
    const backlog = await deps.probes.backlog(now)
    const { denylistEntries, reminders, databaseBytes } = backlog
    return {
      problems: problemsOf(factsOf(deps, { now, jobStates, backlog })),
      pending: { denylistEntries, reminders, databaseBytes: databaseBytes ?? 0 },
    }
  } catch (error) {
    // A failed check is not a failure of the run, whose work is recorded all the same.
    deps.logProblem(error, 'watch')
    return null
  }
}

/** Notes which problems there are, so that each run knows since when. */
export function problemsSince(jobStates: JobStates, problems: Problem[], now: Seconds): JobState {
  const before = knownSince(jobStates)
  const position = problems.map(({ name }) => [name, before[name] ?? now])
  return { ranAt: now, position: Object.fromEntries(position) as Record<string, Seconds> }
}

/** Writes one log line per run that ends with a problem, so that alerts can be based on it. */
export function logProblems(deps: ProblemDeps, problems: Problem[], now: Seconds): void {
  if (problems.length === 0) return
  deps.logWarning({ event: 'health', problems: problems.map((one) => lineOf(one, now)) })
}

function lineOf({ name, level, since, detail }: Problem, now: Seconds) {
  return { problem: name, level, age_seconds: Math.max(0, now - (since ?? now)), detail }
}

type Seen = {
  now: Seconds
  jobStates: JobStates
  backlog: Backlog
  strangeKeys?: number
  gatesAnswer?: boolean | null
}

/** Gathers the facts on which the health rules decide. */
export function factsOf(
  deps: Pick<Deps, 'closed' | 'databaseLimit' | 'hasOwnClock' | 'settingProblems'>,
  { now, jobStates, backlog, strangeKeys = 0, gatesAnswer = null }: Seen,
): HealthFacts {
  const [run, verdict] = [jobStates.get('run'), jobStates.get('verdict')]
  const refused = backlog.refusedToday
  return {
    now,
    cron: run ? { ranAt: run.ranAt, failing: sinceBy(jobStates) } : null,
    begunAt: backlog.firstKeyAt,
    denylist: {
      entries: backlog.denylistEntries,
      oldestAge: backlog.oldestEntryAge,
      emptiedAt: jobStates.get(EMPTIED)?.ranAt ?? null,
    },
    reminders: {
      failingSince: backlog.remindersFailingSince,
      uncertain: backlog.remindersUncertain,
    },
    events: {
      pending: backlog.eventsPending,
      oldestAt: backlog.oldestEventPendingAt,
      setAside: deliveryIn(jobStates)?.setAside.length ?? 0,
    },
    auditLog: verdict
      ? { verifiedAt: verdict.ranAt, brokenAt: brokenAt(verdict.position as LogVerdict) }
      : null,
    clockAhead: deps.hasOwnClock ? null : now - backlog.databaseClock,
    newestEventAt: backlog.newestEventAt,
    database: { bytes: backlog.databaseBytes, limit: deps.databaseLimit },
    strangeKeys,
    databaseRestore: databaseRestoreIn(jobStates),
    closed: deps.closed,
    held: { clients: backlog.heldClients, since: backlog.heldSince },
    wrongSecretsToday: (refused['wrong_secret'] ?? 0) + (refused['too_many_requests'] ?? 0),
    guessesToday: refused[GUESSED] ?? 0,
    suspendedTrying: backlog.suspendedTrying.length,
    knownSince: knownSince(jobStates),
    gatesAnswer,
    wrongSettings: deps.settingProblems.map(({ name }) => name),
  }
}

function brokenAt(verdict: LogVerdict): number | null {
  return verdict.intact ? null : verdict.brokenAt
}

function sinceBy(jobStates: JobStates): Record<string, Seconds> {
  return (jobStates.get(FAILING)?.position ?? {}) as Record<string, Seconds>
}

function knownSince(jobStates: JobStates): Record<string, Seconds> {
  return (jobStates.get(PROBLEMS_SINCE)?.position ?? {}) as Record<string, Seconds>
}
