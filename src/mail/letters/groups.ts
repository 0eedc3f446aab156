import { type Reminder, UNUSED } from '../../domain/reminder.ts'
import type { Seconds } from '../../domain/time.ts'
import { wordsFor } from './credential-words.ts'
import { remainingInWords } from './dates.ts'

/** The reminders of a letter by what it says of them, each the soonest end first. */
export type Groups = { expiring: Reminder[]; expired: Reminder[]; unused: Reminder[] }

export function groupsOf(reminders: Reminder[], now: Seconds): Groups {
  const sorted = reminders.toSorted((a, b) => a.expiresAt - b.expiresAt)
  const [unused, ending] = [sorted.filter(isUnused), sorted.filter((one) => !isUnused(one))]
  return {
    expiring: ending.filter(({ expiresAt }) => expiresAt > now),
    expired: ending.filter(({ expiresAt }) => expiresAt <= now),
    unused,
  }
}

/** `expires in 3 days`, `has expired`: of the only one there is. */
export function whatOfOne({ expiring: [one], unused }: Groups, now: Seconds): string {
  if (one) return `expires ${remainingInWords(one.expiresAt, now)}`
  return unused.length > 0 ? 'is not used and will be ended' : 'has expired'
}

/** `3 client secrets expire soon, the first in 3 days; 1 client secret has expired`. */
export function whatOfAll({ expiring, expired, unused }: Groups, now: Seconds): string {
  const [first] = expiring
  const when = first ? remainingInWords(first.expiresAt, now) : ''
  const soon = expiring.length > 1 ? `expire soon, the first ${when}` : `expires ${when}`
  const parts: [Reminder[], one: string, several: string][] = [
    [expiring, soon, soon],
    [expired, 'has expired', 'have expired'],
    [unused, 'is not used and will be ended', 'are not used and will be ended'],
  ]
  return parts
    .filter(([some]) => some.length > 0)
    .map(([some, one, several]) => {
      const { one: name, several: names } = wordsFor(some)
      return some.length === 1 ? `1 ${name} ${one}` : `${some.length} ${names} ${several}`
    })
    .join('; ')
}

function isUnused({ days }: Reminder): boolean {
  return days === UNUSED
}
