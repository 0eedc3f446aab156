import type { TokenFacts } from '../../domain/credential.ts'
import type { Deps } from '../../domain/deps.ts'
import { isAlgorithm, stateOf } from '../../domain/signing-key.ts'
import { scopeStillHeld, type TokenClaims } from '../../domain/token.ts'
import type { Finding } from '../../domain/token-finding.ts'
import { readTokenText, type TokenText } from '../../domain/token-text.ts'
import type { Seconds } from '../../domain/time.ts'
import { activeToken } from '../auth/active-token.ts'

export type Explanation =
  /** The text is a client's secret instead of a token; its client is found by the public part. */
  | { kind: 'secret'; clientId: string | null }
  | { kind: 'token'; active: boolean; findings: Finding[]; text: TokenText | null }

export type DiagnosisDeps = Pick<
  Deps,
  'credentials' | 'tokenVerifier' | 'signingKeys' | 'issuer' | 'now' | 'closed'
>

// Not within a word, so that a part of a token is not taken for a secret.
const SECRET = /(?:^|[^\w-])pc_([0-9A-Za-z]{12})_[0-9A-Za-z]{20,}/

/** Explains why a token is active or not, check by check. Nothing of it is stored or logged. */
export async function diagnoseToken(deps: DiagnosisDeps, pasted: string): Promise<Explanation> {
  const token = pasted.trim().replace(/^(?:authorization: *)?bearer +/i, '')
  const keyId = SECRET.exec(token)?.[1]
  if (keyId !== undefined) {
    const { credential } = await deps.credentials.withTokens({ keyId, spend: null }, [null])
    return { kind: 'secret', clientId: credential?.clientId ?? null }
  }
  const text = readTokenText(token)
  if (typeof text === 'string') {
    const findings = [{ check: 'form', good: false, what: text } as const]
    return { kind: 'token', active: false, findings, text: null }
  }
  return { kind: 'token', text, ...(await judge(deps, token, text)) }
}

async function judge(deps: DiagnosisDeps, token: string, text: TokenText) {
  const { header, claims } = text
  const reference = {
    clientId: stringOf(claims['client_id']),
    jti: stringOf(claims['jti']),
    kid: stringOf(header['kid']),
  }
  const { tokens } = await deps.credentials.withTokens(null, [reference])
  const { shut = false, ...rest } = tokens[0] ?? { client: null, key: null, revoked: false }
  const facts = { ...rest, shut: false }
  const isReadable = deps.tokenVerifier.reference(token) !== null
  const open = { ...deps, closed: false }
  const active = isReadable && (await activeToken(open, token, facts)) !== null
  const findings = [
    ...aboutServer(deps.closed, shut),
    ...aboutForm(text, facts),
    ...(await aboutKey(deps, token, facts)),
    ...aboutIssue(claims, deps.issuer, deps.now()),
    ...(claims['iss'] === deps.issuer ? aboutClient(claims, facts) : []),
  ]
  // The endpoints' own rule decides, not this list, which may lack a reason.
  if (!active && findings.every(({ good }) => good !== false)) {
    findings.push({ check: 'rest', good: false, what: 'unlike_ours' })
  }
  return { active: active && !deps.closed && !shut, findings }
}

function aboutServer(closed: boolean, shut: boolean): Finding[] {
  if (!closed && !shut) return []
  return [{ check: 'server', good: false, what: closed ? 'closed' : 'shut' }]
}

function aboutForm({ header }: TokenText, { key }: TokenFacts): Finding[] {
  const algorithm = stringOf(header['alg'])
  const isRight = key ? algorithm === key.algorithm : isAlgorithm(algorithm)
  return [
    { check: 'form', good: true, what: 'ok' },
    { check: 'type', ...either(header['typ'] === 'at+jwt', 'ok', 'other') },
    { check: 'algorithm', ...either(isRight, 'ok', 'other') },
  ]
}

async function aboutKey(
  deps: DiagnosisDeps,
  token: string,
  { key }: TokenFacts,
): Promise<Finding[]> {
  if (!key) {
    return [
      { check: 'key', good: false, what: 'unknown' },
      { check: 'signature', good: null, what: 'unknown' },
    ]
  }
  const keys = await deps.signingKeys.all()
  const known = keys.find(({ kid }) => kid === key.kid)
  if (!known) {
    return [
      { check: 'key', good: false, what: 'not_ours' },
      { check: 'signature', good: null, what: 'unknown' },
    ]
  }
  const isSigned = await deps.tokenVerifier.isSignedBy(token, key)
  return [
    { check: 'key', good: !key.revoked, what: stateOf(known, keys, deps.now()) },
    { check: 'signature', ...either(isSigned, 'ok', 'wrong') },
  ]
}

function aboutIssue(claims: TokenText['claims'], issuer: string, now: Seconds): Finding[] {
  const { exp } = claims
  return [
    { check: 'issuer', ...either(claims['iss'] === issuer, 'ok', 'other') },
    typeof exp === 'number' && Number.isFinite(exp)
      ? { check: 'expiry', ...either(exp > now, 'ok', 'expired'), at: exp }
      : { check: 'expiry', good: false, what: 'missing' },
  ]
}

function aboutClient(claims: TokenText['claims'], facts: TokenFacts): Finding[] {
  const { client, revoked } = facts
  if (!client) return [{ check: 'client', good: false, what: 'unknown' }]
  return [
    { check: 'client', ...either(!client.suspended, 'ok', 'suspended') },
    aboutGeneration(claims['gen'], client.generation),
    { check: 'revocation', ...either(!revoked, 'ok', 'revoked') },
    aboutScope(claims, client),
  ]
}

/** Anybody may have written the token: its generation can be any value. */
function aboutGeneration(gen: unknown, current: number): Finding {
  const check = 'generation'
  if (typeof gen !== 'number' || !Number.isSafeInteger(gen)) {
    return { check, good: false, what: 'missing' }
  }
  return { check, ...either(gen === current, 'ok', gen < current ? 'older' : 'newer') }
}

function aboutScope(
  claims: TokenText['claims'],
  { access }: NonNullable<TokenFacts['client']>,
): Finding {
  const scope = stringOf(claims['scope'])
  // Other values do not name an API.
  const aud: unknown[] = [claims['aud']].flat()
  const held = scopeStillHeld({ scope, aud } as TokenClaims, access)
  const what = held === '' ? 'none' : held === scope ? 'all' : 'some'
  return { check: 'scope', good: what !== 'none', what }
}

function either(good: boolean, yes: string, no: string): Pick<Finding, 'good' | 'what'> {
  return { good, what: good ? yes : no }
}

function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
