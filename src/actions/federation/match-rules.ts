import type { Deps } from '../../domain/deps.ts'
import type { ClientRule, RuleQuery, TrustedIssuer } from '../../domain/federation.ts'
import { type Condition, conditionsOf, matches } from '../../domain/rule-judgement.ts'
import type { Seconds } from '../../domain/time.ts'

/** A rule with each of its conditions. */
export type JudgedRule = {
  rule: ClientRule
  conditions: Condition[]
  isExpired: boolean
  matches: boolean
}

export type Wanted = {
  /** Empty where the caller names no client. */
  clientId: string
  issuer: TrustedIssuer
  claims: Record<string, unknown>
}

/**
 * The rules that could mean this token, judged. Where the caller names its client these are the
 * client's own; else those for exactly this subject.
 */
export async function judgeRules(
  { trust }: Pick<Deps, 'trust'>,
  wanted: Wanted,
  now: Seconds,
  afresh?: 'afresh',
): Promise<{ judged: JudgedRule[]; isFresh: boolean }> {
  const query = queryFor(wanted)
  if (!query) return { judged: [], isFresh: true }
  const { rules, isFresh } = await trust.rules(query, now, afresh)
  const ofIssuer = rules.filter(({ issuerId }) => issuerId === wanted.issuer.issuerId)
  return { judged: ofIssuer.map((rule) => judged(rule, wanted, now)), isFresh }
}

/**
 * The one rule that lets the token in. Without a client's name it must be the only one: a workload
 * that may act for several clients has to say for which.
 */
export function chosenRule(judged: JudgedRule[], clientId: string): ClientRule | null {
  const matching = judged.filter((one) => one.matches).map(({ rule }) => rule)
  if (clientId === '' && new Set(matching.map((rule) => rule.clientId)).size > 1) return null
  return matching[0] ?? null
}

function queryFor({ clientId, issuer, claims }: Wanted): RuleQuery | null {
  if (clientId !== '') return { clientId }
  const { sub } = claims
  return typeof sub === 'string' ? { issuerId: issuer.issuerId, subject: sub } : null
}

function judged(rule: ClientRule, { issuer, claims }: Wanted, now: Seconds): JudgedRule {
  const conditions = conditionsOf(rule, issuer, claims)
  const isExpired = rule.expiresAt !== null && rule.expiresAt <= now
  return { rule, conditions, isExpired, matches: matches(conditions) && !isExpired }
}
