import type { Seconds } from '../../domain/time.ts'
import { daysShown, ISSUED, type Outcome, type TokenCount } from '../../domain/token-counts.ts'
import { refusalInWords } from '../kit/outcome-words.ts'

/** The tokens issued and refused on a day, which is counted in days since 1970 in UTC. */
export type Day = { day: number; issued: number; refused: number }

/** The last 30 days, with their sums. */
export function daysOf(counts: TokenCount[], now: Seconds) {
  const days = daysShown(now).map((day) => dayOf(day, counts))
  const sum = (of: (day: Day) => number) => days.reduce((total, day) => total + of(day), 0)
  return { days, issued: sum((day) => day.issued), refused: sum((day) => day.refused) }
}

function dayOf(day: number, counts: TokenCount[]): Day {
  const ofDay = counts.filter((count) => count.day === day)
  return {
    day,
    issued: total(ofDay.filter(({ outcome }) => outcome === ISSUED)),
    refused: total(ofDay.filter(({ outcome }) => outcome !== ISSUED)),
  }
}

function total(counts: TokenCount[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0)
}

/** Why tokens were refused, the most frequent reason first. */
export function refusalsOf(counts: TokenCount[]): [reason: string, count: number][] {
  const totals = new Map<Outcome, number>()
  for (const { outcome, count } of counts) {
    if (outcome !== ISSUED) totals.set(outcome, (totals.get(outcome) ?? 0) + count)
  }
  return [...totals]
    .sort(([, a], [, b]) => b - a)
    .map(([outcome, count]) => [refusalInWords(outcome), count])
}
