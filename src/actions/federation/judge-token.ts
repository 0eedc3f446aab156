import type { Deps } from '../../domain/deps.ts'
import { Refusal } from '../../domain/errors.ts'
import type { FederationAlgorithm, TrustedIssuer } from '../../domain/federation.ts'
import type { KeySource, RemoteKey } from '../../domain/remote-keys.ts'
import type { Seconds } from '../../domain/time.ts'
import {
  type Judgement,
  type TokenCheck,
  WORKLOAD_SKEW,
  type WorkloadToken,
} from '../../domain/workload-token.ts'
import { countedInWords } from '../../domain/count.ts'

export type JudgeDeps = Pick<Deps, 'trust' | 'remoteKeys' | 'workloadTokens' | 'issuer'>

type Check = TokenCheck

/**
 * Everything that must hold of a workload's token, whichever client it is for. All of it is checked, even
 * after something failed: one answer then tells its owner everything.
 */
export async function judgeToken(deps: JudgeDeps, token: string, now: Seconds): Promise<Judgement> {
  const read = deps.workloadTokens.read(token)
  if (!read) {
    const detail =
      'It is not a signed JWT in the compact form, or its header has something that is never accepted.'
    return { issuer: null, claims: {}, checks: [{ check: 'form', holds: false, detail }] }
  }
  const form: Check = { check: 'form', holds: true, detail: 'A signed JWT.' }
  const issuer = await issuerOf(deps, read.claims, now)
  if (!issuer) return { issuer, claims: read.claims, checks: [form, unknownIssuer(read.claims)] }
  const signature = await signatureChecks(deps, token, read, issuer, now)
  return {
    issuer,
    claims: read.claims,
    checks: [
      form,
      knownIssuer(issuer),
      ...signature,
      ...claimChecks(deps, read.claims, issuer, now),
    ],
  }
}

/** The part of the judgement that claims alone allow. */
export async function judgeClaims(
  deps: JudgeDeps,
  claims: Record<string, unknown>,
  now: Seconds,
): Promise<Judgement> {
  const issuer = await issuerOf(deps, claims, now)
  if (!issuer) return { issuer, claims, checks: [unknownIssuer(claims)] }
  return {
    issuer,
    claims,
    checks: [knownIssuer(issuer), ...claimChecks(deps, claims, issuer, now)],
  }
}

/** The issuer of exactly this `iss`; for SPIFFE, whose tokens need none, that of the trust domain. */
async function issuerOf(
  { trust }: JudgeDeps,
  claims: Record<string, unknown>,
  now: Seconds,
): Promise<TrustedIssuer | null> {
  const find = (issuers: TrustedIssuer[]) => issuers.find((one) => isIssuerOf(one, claims)) ?? null
  const { issuers, isFresh } = await trust.issuers(now)
  const found = find(issuers)
  return found || isFresh ? found : find((await trust.issuers(now, 'afresh')).issuers)
}

function isIssuerOf(
  { issuer, preset }: TrustedIssuer,
  { iss, sub }: Record<string, unknown>,
): boolean {
  if (preset !== 'spiffe') return iss === issuer
  return typeof sub === 'string' && sub.startsWith(`${issuer}/`)
}

function knownIssuer({ name, issuer }: TrustedIssuer): Check {
  return { check: 'issuer', holds: true, detail: `${name}: ${issuer}` }
}

function unknownIssuer({ iss }: Record<string, unknown>): Check {
  const named = typeof iss === 'string' ? iss : '(not text)'
  return {
    check: 'issuer',
    holds: false,
    detail: `No trusted issuer has exactly this iss: ${named}`,
  }
}

async function signatureChecks(
  deps: JudgeDeps,
  token: string,
  { alg, kid }: WorkloadToken,
  issuer: TrustedIssuer,
  now: Seconds,
): Promise<Check[]> {
  const algorithm = algorithmOf(issuer, alg)
  if (!algorithm) {
    const detail = `${alg} is not one of its algorithms: ${issuer.algorithms.join(', ')}`
    return [{ check: 'algorithm', holds: false, detail }]
  }
  const fine: Check = { check: 'algorithm', holds: true, detail: alg }
  const keys = await keysFor(deps, issuer, kid, now)
  if (typeof keys === 'string') return [fine, { check: 'key', holds: false, detail: keys }]
  const signers = keys.filter((key) => key.alg === null || key.alg === algorithm)
  const marks = await Promise.all(
    signers.map((key) => deps.workloadTokens.isSignedBy(token, key, algorithm)),
  )
  const holds = marks.includes(true)
  const named = kid === null ? 'any of its keys' : `its key ${kid}`
  return [
    fine,
    { check: 'key', holds: true, detail: named },
    { check: 'signature', holds, detail: holds ? `By ${named}` : `Not by ${named}` },
  ]
}

/** The algorithm is one of the issuer's list: what the header says only chooses among these. */
function algorithmOf({ algorithms }: TrustedIssuer, alg: string): FederationAlgorithm | undefined {
  const named = alg === 'Ed25519' ? 'EdDSA' : alg
  return algorithms.find((one) => one === named)
}

/** The keys that the header may mean, or why there are none. */
async function keysFor(
  { remoteKeys }: JudgeDeps,
  { issuer, keys }: TrustedIssuer,
  kid: string | null,
  now: Seconds,
): Promise<RemoteKey[] | string> {
  const pick = (all: RemoteKey[]) => all.filter((key) => kid === null || key.kid === kid)
  if (keys.from === 'upload') {
    const found = pick(keys.keys)
    return found.length > 0 ? found : `None of the uploaded keys has the kid ${kid ?? ''}`
  }
  const source: KeySource = keys.from === 'uri' ? { jwksUri: keys.uri } : { issuer }
  try {
    const found = pick(await remoteKeys.of(source, now))
    if (found.length > 0) return found
    const again = pick(await remoteKeys.of(source, now, 'lacking'))
    return again.length > 0 ? again : `Its key set has no key with the kid ${kid ?? ''}`
  } catch (error) {
    if (error instanceof Refusal) return 'Its keys cannot be read.'
    throw error
  }
}

function claimChecks(
  deps: Pick<JudgeDeps, 'issuer'>,
  claims: Record<string, unknown>,
  issuer: TrustedIssuer,
  now: Seconds,
): Check[] {
  return [
    subjectCheck(claims),
    audienceCheck(deps, claims, issuer),
    timeCheck(claims, now),
    lifetimeCheck(claims, issuer),
    ...jtiCheck(claims, issuer),
  ]
}

/** RFC 7523 §3 (2): also where a rule has conditions on other claims alone. */
function subjectCheck({ sub }: Record<string, unknown>): Check {
  const holds = typeof sub === 'string' && sub !== ''
  return { check: 'subject', holds, detail: holds ? sub : 'A token must have a sub, a text.' }
}

function audienceCheck(
  deps: Pick<JudgeDeps, 'issuer'>,
  { aud }: Record<string, unknown>,
  issuer: TrustedIssuer,
): Check {
  const accepted = issuer.audiences.length === 0 ? [deps.issuer] : issuer.audiences
  const sent: unknown[] = Array.isArray(aud) ? aud : [aud]
  const holds = sent.some((one) => accepted.some((audience) => audience === one))
  const wanted = `it must be ${accepted.join(' or ')}`
  return { check: 'audience', holds, detail: `aud is ${JSON.stringify(aud ?? null)}; ${wanted}` }
}

function timeCheck({ exp, nbf, iat }: Record<string, unknown>, now: Seconds): Check {
  if (!isTime(exp)) return wrongTime('exp is not a number: a token must expire.')
  if (exp + WORKLOAD_SKEW <= now) return wrongTime(`It expired ${now - exp} seconds ago.`)
  for (const [name, start] of [
    ['nbf', nbf],
    ['iat', iat],
  ] as const) {
    if (start !== undefined && !isTime(start)) return wrongTime(`${name} is not a number.`)
    if (isTime(start) && start - WORKLOAD_SKEW > now)
      return wrongTime(`${name} is ${start - now} seconds ahead.`)
  }
  return { check: 'time', holds: true, detail: `It expires in ${Math.round(exp - now)} seconds.` }
}

function wrongTime(detail: string): Check {
  return { check: 'time', holds: false, detail }
}

function lifetimeCheck(
  { exp, nbf, iat }: Record<string, unknown>,
  { maxLifetime }: TrustedIssuer,
): Check {
  const start = isTime(iat) ? iat : nbf
  if (!isTime(exp) || !isTime(start)) {
    return {
      check: 'lifetime',
      holds: false,
      detail: 'It has neither iat nor nbf: its lifetime is unknown.',
    }
  }
  const seconds = exp - start
  const holds = seconds <= maxLifetime
  return {
    check: 'lifetime',
    holds,
    detail: `Its lifetime is ${countedInWords(seconds, 'second')}; at most ${maxLifetime} are accepted.`,
  }
}

const WORKLOAD_JTI_MAX = 200

function jtiCheck({ jti }: Record<string, unknown>, { checkJti }: TrustedIssuer): Check[] {
  if (!checkJti) return []
  const holds = typeof jti === 'string' && jti !== '' && jti.length <= WORKLOAD_JTI_MAX
  return [
    {
      check: 'jti',
      holds,
      detail: holds ? 'It is accepted only once.' : 'A token of this issuer must have a jti.',
    },
  ]
}

function isTime(value: unknown): value is Seconds {
  return Number.isFinite(value)
}
