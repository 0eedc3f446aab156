import { type ClaimValue, isExact, type RuleTerms, type TrustedIssuer } from './federation.ts'
import { PRESET_FACTS } from './federation-presets.ts'

/** One condition of a rule, and whether a token meets it. */
export type Condition = {
  claim: string
  expected: ClaimValue | null
  actual: unknown
  holds: boolean
  /** Why it does not, in words; empty if it does. */
  why: string
}

type Claims = Record<string, unknown>
type Terms = Pick<RuleTerms, 'subject' | 'claims'>

/** Every condition of a rule: it matches if there is one and all hold. */
export function conditionsOf(
  rule: Terms,
  issuer: Pick<TrustedIssuer, 'preset'>,
  token: Claims,
): Condition[] {
  const conditions = Object.entries(rule.claims).map(([name, expected]) =>
    condition(name, expected, claimOf(token, name)),
  )
  if (rule.subject !== null) conditions.unshift(condition('sub', rule.subject, token['sub']))
  const danger = PRESET_FACTS[issuer.preset].tokenProblem(token, rule)
  if (danger !== null) {
    const [claim, actual] = ['event_name', token['event_name']]
    conditions.push({ claim, expected: null, actual, holds: false, why: danger })
  }
  return conditions
}

/** A rule without any condition would let everyone in: it lets in no one. */
export function matches(conditions: Condition[]): boolean {
  return conditions.length > 0 && conditions.every(({ holds }) => holds)
}

function condition(claim: string, expected: ClaimValue, actual: unknown): Condition {
  const why = differenceOf(expected, actual)
  return { claim, expected, actual: actual ?? null, holds: why === '', why }
}

function differenceOf(expected: ClaimValue, actual: unknown): string {
  if (!isExact(expected)) return 'The rule has a number that is not exact: write it as text.'
  if (actual === expected) return ''
  if (actual === undefined) return 'The token does not have this claim.'
  if (typeof actual === 'object') return 'The claim is a list or an object, which cannot match.'
  if (typeof actual !== typeof expected) {
    return `The claim is a ${typeof actual}, the rule demands a ${typeof expected}.`
  }
  if (typeof actual !== 'string' || typeof expected !== 'string') return 'The values differ.'
  if (actual.toLowerCase() === expected.toLowerCase()) {
    return 'They differ only in case, and case matters.'
  }
  if (actual.replace(/\/$/, '') === expected.replace(/\/$/, '')) {
    return 'They differ only in a slash at the end, and it matters.'
  }
  return 'The values differ.'
}

/** A claim by its name, or by a JSON Pointer (RFC 6901) if that begins with a slash. */
export function claimOf(claims: Claims, name: string): unknown {
  if (!name.startsWith('/')) return own(claims, name)
  const steps = name
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  return steps.reduce<unknown>((value, step) => own(value, step), claims)
}

/** Nothing that an object inherits is a claim. */
function own(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.hasOwn(value, name) ? (value as Claims)[name] : undefined
}
