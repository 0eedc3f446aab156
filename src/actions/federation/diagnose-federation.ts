import type { Deps } from '../../domain/deps.ts'
import type { Judgement } from '../../domain/workload-token.ts'
import { judgeClaims, type JudgeDeps, judgeToken } from './judge-token.ts'
import { chosenRule, type JudgedRule, judgeRules } from './match-rules.ts'

export type Diagnosed = { assertion: string } | { issuer: string; claims: Record<string, unknown> }

/** Why a workload's token would get an access token or not: nothing is issued, nothing stored. */
export type Diagnosis = Judgement & {
  rules: JudgedRule[]
  /** The client for which it would get a token; null if for none. */
  clientId: string | null
  /** Whether the rules were judged but the signature was not: claims alone were given. */
  isUnsigned: boolean
}

export async function diagnoseFederation(
  deps: JudgeDeps & Pick<Deps, 'now'>,
  given: Diagnosed,
  clientId: string,
): Promise<Diagnosis> {
  const now = deps.now()
  // The answer is about what is stored, not about what is remembered.
  await deps.trust.issuers(now, 'afresh')
  const isUnsigned = 'claims' in given
  const judgement = isUnsigned
    ? await judgeClaims(deps, { ...given.claims, iss: given.issuer }, now)
    : await judgeToken(deps, given.assertion.trim(), now)
  const { issuer, claims, checks } = judgement
  if (!issuer) return { ...judgement, rules: [], clientId: null, isUnsigned }
  const { judged } = await judgeRules(deps, { clientId, issuer, claims }, now, 'afresh')
  const chosen = checks.every(({ holds }) => holds) ? chosenRule(judged, clientId) : null
  return { ...judgement, rules: judged, clientId: chosen?.clientId ?? null, isUnsigned }
}
