import type { Seconds } from '../../domain/time.ts'
import { daysShown, ISSUED, type Outcome, type TokenCount } from '../../domain/token-counts.ts'

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

const REASONS: Record<Outcome, string> = {
  wrong_secret: 'wrong client ID, secret, signature or certificate',
  expired_secret: 'expired secret',
  expired_key: 'expired public key',
  expired_rule: 'expired federated credential',
  expired_certificate: 'expired certificate',
  future_secret: 'secret not valid yet',
  suspended: 'suspended client',
  invalid_scope: 'a scope that the client doesn’t have (invalid_scope)',
  invalid_target: 'an API that the client doesn’t have (invalid_target)',
  no_proof: 'no DPoP proof to bind the token to',
  no_certificate: 'no certificate to bind the token to',
  too_many_requests: 'too many failures before',
}

/** Why tokens were refused, the most frequent reason first. */
export function refusalsOf(counts: TokenCount[]): [reason: string, count: number][] {
  const totals = new Map<Outcome, number>()
  for (const { outcome, count } of counts) {
    if (outcome !== ISSUED) totals.set(outcome, (totals.get(outcome) ?? 0) + count)
  }
  return [...totals]
    .sort(([, a], [, b]) => b - a)
    .map(([outcome, count]) => [REASONS[outcome] ?? outcome, count])
}
