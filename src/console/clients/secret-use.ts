import type { Secret } from '../../domain/secret.ts'
import { DAY, MINUTE, type Seconds } from '../../domain/time.ts'
import { countedInWords } from '../../domain/count.ts'
import { durationInWords, relativeTime } from '../kit/words.ts'

/** The note of a use may lag so much. */
const NOTED_WITHIN: Seconds = MINUTE

/** Says when a secret was used: `used 3 minutes ago`, `never used`, and if it was before a newer one. */
export function useInWords(secret: Secret, newer: Secret | null, now: Seconds): string {
  const { lastUsedAt } = secret
  if (lastUsedAt === null) return 'never used'
  const used = `used ${relativeTime(lastUsedAt, now)}`
  return isUnusedSince(secret, newer) ? `${used}, ${NOT_SINCE}` : used
}

export const NOT_SINCE = 'not since the newest secret was created'

/** Whether it was used, and for the last time before a newer one was created. */
export function isUnusedSince({ lastUsedAt }: Secret, newer: Secret | null): boolean {
  return newer !== null && lastUsedAt !== null && lastUsedAt + NOTED_WITHIN < newer.createdAt
}

/** `1 hour`, `24 hours`, `7 days`. */
function overlapInWords(seconds: Seconds): string {
  const isOfDays = seconds > DAY && seconds % DAY === 0
  return isOfDays ? countedInWords(seconds / DAY, 'day') : durationInWords(seconds)
}

/** When a secret retires that waits for the first use of another. */
export function retirementInWords(seconds: Seconds): string {
  return seconds === 0
    ? 'Retires when the new secret is first used'
    : `Retires ${overlapInWords(seconds)} after the new secret is first used`
}
