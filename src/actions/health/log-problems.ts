import type { Backlog } from '../../domain/backlog.ts'
import type { JobStates } from '../../domain/job.ts'
import { type HealthFacts, type Problem, problemsOf } from '../../domain/health.ts'
import type { Deps } from '../../domain/deps.ts'
import { databaseRestoreIn, EMPTIED } from '../../domain/database-restore.ts'
import type { Seconds } from '../../domain/time.ts'
import type { LogVerdict } from '../audit/verify-audit-log.ts'

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

/** Writes one log line per run that ends with a problem, so that alerts can be based on it. */
export async function logProblems(
  deps: ProblemDeps,
  jobStates: JobStates,
  now: Seconds,
): Promise<void> {
  try {
    const backlog = await deps.probes.backlog(now)
    const problems = problemsOf(factsOf(deps, { now, jobStates, backlog }))
    if (problems.length > 0) deps.logWarning({ event: 'health', problems: problems.map(lineOf) })
  } catch (error) {
    // The run's work is already recorded: a failed check is not a failure of the run.
    deps.logProblem(error, 'watch')
  }
}

function lineOf({ name, level, detail }: Problem) {
  return { problem: name, level, detail }
}

type Seen = {
  now: Seconds
  jobStates: JobStates
  backlog: Backlog
  strangeKeys?: number
}

/** Gathers the facts on which the health rules decide. */
export function factsOf(
  deps: Pick<Deps, 'closed' | 'databaseLimit' | 'hasOwnClock' | 'settingProblems'>,
  { now, jobStates, backlog, strangeKeys = 0 }: Seen,
): HealthFacts {
  const [run, verdict] = [jobStates.get('run'), jobStates.get('verdict')]
  const { wrong_secret: wrong = 0, too_many_requests: tooMany = 0 } = backlog.refusedToday
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
    wrongSecretsToday: wrong + tooMany,
    wrongSettings: deps.settingProblems.map(({ name }) => name),
  }
}

function brokenAt(verdict: LogVerdict): number | null {
  return verdict.intact ? null : verdict.brokenAt
}

function sinceBy(jobStates: JobStates): Record<string, Seconds> {
  return (jobStates.get(FAILING)?.position ?? {}) as Record<string, Seconds>
}
