import type { Deps } from '../../domain/deps.ts'
import type { JobState } from '../../domain/job.ts'
import { CLOCK_SKEW, isAhead, type Seconds } from '../../domain/time.ts'

/**
 * The cron deletes expired data. With a clock that is ahead it would delete live revocations, and
 * send reminders for secrets that are far from their end, so it uses the database's clock then. Not
 * if the host brings its own clock.
 */
export function soberClock(
  { now, hasOwnClock }: Pick<Deps, 'now' | 'hasOwnClock'>,
  clock: Seconds,
): () => Seconds {
  const ahead = now() - clock
  return hasOwnClock || ahead <= CLOCK_SKEW ? now : () => now() - ahead
}

/**
 * Repairs times after a run with a clock that was ahead: postponed work becomes due, and records
 * from the future expire within a day.
 */
export async function mendTimes(
  deps: Pick<Deps, 'reminders' | 'idempotencyRecords'>,
  last: JobState | undefined,
  now: Seconds,
): Promise<void> {
  if (!last || !isAhead(last.ranAt, now)) return
  await deps.reminders.bringForward(now)
  await deps.idempotencyRecords.bringForward(now)
}
