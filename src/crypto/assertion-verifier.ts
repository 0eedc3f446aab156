import { compactVerify, decodeProtectedHeader, errors } from 'jose'
import {
  ASSERTION_LIFETIME,
  ASSERTION_SKEW,
  type AssertionFault,
  type AssertionVerifier,
  ASSERTION_JTI_MAX,
  STATIC_ASSERTION_LIFETIME,
  type VerificationKeys,
} from '../domain/assertion.ts'
import { FAPI_ALGORITHMS } from '../domain/profile.ts'
import { isUnexpired } from '../domain/lasting.ts'
import type { VerificationKey } from '../domain/public-key.ts'
import type { Seconds } from '../domain/time.ts'
import { isCanonicalBase64url } from '../platform/base64.ts'
import { boundedMap } from '../platform/bounded-map.ts'
import { sha256 } from '../platform/sha256.ts'
import { headerNames, VERIFICATION } from './assertion-algorithms.ts'

type Header = { alg: string; kid: string | undefined }
type Claims = Record<string, unknown>
type Outcome<T> = T | { fault: AssertionFault }

const IMPORTED_MAX = 1000
/** RFC 7515 §4: nothing that would have to be understood, and no key that comes along. */
export const REFUSED_HEADERS = ['crit', 'b64', 'jwk', 'jku', 'x5u', 'x5c']
const TYPES = new Set([undefined, 'JWT', 'client-authentication+jwt'])

/** Verifies a client's assertions (RFC 7523 §3) by its own keys and nothing that the assertion names. */
export function assertionVerifier(issuer: string): AssertionVerifier {
  const imported = boundedMap<CryptoKey>(IMPORTED_MAX)

  async function importOnce({ jwk, algorithm }: VerificationKey): Promise<CryptoKey> {
    // By the key itself: all that a client publishes have the id of one credential.
    const name = `${algorithm} ${JSON.stringify(jwk)}`
    const known = imported.get(name)
    if (known) return known
    const key = await crypto.subtle.importKey('jwk', jwk, VERIFICATION[algorithm], false, [
      'verify',
    ])
    imported.set(name, key)
    return key
  }

  return {
    async verify(assertion, clientId, known, now) {
      const header = headerOf(assertion)
      if (!header) return { fault: 'malformed' }
      const candidates = candidatesFor(header, known)
      if ('fault' in candidates) return candidates
      const signed = await signedBy(candidates, assertion, importOnce)
      if ('fault' in signed) return signed
      const expected = { clientId, now, audiences: audiencesFor(issuer, known) }
      const fault = claimsFault(signed, expected)
      if (fault) return { fault }
      return { ...(await provenOf(signed, clientId)), meetsFapi: meetsFapi(signed, issuer) }
    },
  }
}

function headerOf(assertion: string): Header | null {
  const parts = assertion.split('.')
  if (parts.length !== 3 || !parts.every(isCanonicalBase64url)) return null
  try {
    const header = decodeProtectedHeader(assertion)
    const { alg, kid, typ } = header
    if (REFUSED_HEADERS.some((name) => name in header) || !TYPES.has(typ)) return null
    if (typeof alg !== 'string' || !(kid === undefined || typeof kid === 'string')) return null
    return { alg, kid }
  } catch (error) {
    if (error instanceof TypeError || error instanceof errors.JOSEError) return null
    throw error
  }
}

/** The keys that the header may mean. The algorithm is the key's, never the header's. */
function candidatesFor(
  { alg, kid }: Header,
  known: VerificationKeys | null,
): Outcome<VerificationKey[]> {
  const named = (known?.keys ?? []).filter(
    (key) => kid === undefined || kid === key.kid || kid === key.keyId,
  )
  if (named.length === 0) return { fault: 'unknown_client_or_key' }
  const fitting = named.filter(({ algorithm }) => headerNames(algorithm).includes(alg))
  return fitting.length === 0 ? { fault: 'wrong_algorithm' } : fitting
}

type Signed = { key: VerificationKey; claims: Claims }

async function signedBy(
  keys: VerificationKey[],
  assertion: string,
  importOnce: (key: VerificationKey) => Promise<CryptoKey>,
): Promise<Outcome<Signed>> {
  for (const key of keys) {
    const payload = await payloadOf(assertion, await importOnce(key), key)
    const claims = payload && claimsIn(payload)
    if (payload) return claims ? { key, claims } : { fault: 'malformed' }
  }
  return { fault: 'wrong_signature' }
}

async function payloadOf(assertion: string, key: CryptoKey, { algorithm }: VerificationKey) {
  try {
    const { payload } = await compactVerify(assertion, key, { algorithms: headerNames(algorithm) })
    return payload
  } catch (error) {
    if (error instanceof errors.JOSEError) return null
    throw error
  }
}

function claimsIn(payload: Uint8Array): Claims | null {
  try {
    const claims: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload),
    )
    const isObject = typeof claims === 'object' && claims !== null && !Array.isArray(claims)
    return isObject ? (claims as Claims) : null
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null
    throw error
  }
}

function audiencesFor(issuer: string, known: VerificationKeys | null): string[] {
  return known?.audience === 'issuer_or_token_endpoint'
    ? [issuer, `${issuer}/oauth/token`]
    : [issuer]
}

type Expected = { clientId: string; now: Seconds; audiences: string[] }

function claimsFault(
  { key, claims }: Signed,
  { clientId, now, audiences }: Expected,
): AssertionFault | null {
  if (claims['iss'] !== clientId || claims['sub'] !== clientId) return 'wrong_issuer_or_subject'
  if (!isFor(claims['aud'], audiences)) return 'wrong_audience'
  if (!isUnexpired(key, now)) return 'expired_key'
  const most = key.replay === 'once' ? ASSERTION_LIFETIME : STATIC_ASSERTION_LIFETIME
  return (
    timeFault(claims, now, most) ??
    (key.replay === 'once' && !isJti(claims['jti']) ? 'no_jti' : null)
  )
}

/** One value and no other, compared as text (RFC 7523bis §3). */
function isFor(aud: unknown, audiences: string[]): boolean {
  const only = Array.isArray(aud) && aud.length === 1 ? (aud[0] as unknown) : aud
  return typeof only === 'string' && audiences.includes(only)
}

function timeFault({ exp, nbf, iat }: Claims, now: Seconds, most: Seconds): AssertionFault | null {
  if (typeof exp !== 'number' || !Number.isFinite(exp)) return 'malformed'
  if (exp + ASSERTION_SKEW <= now) return 'expired'
  if (exp - ASSERTION_SKEW > now + most) return 'lives_too_long'
  for (const start of [nbf, iat]) {
    if (start === undefined) continue
    if (typeof start !== 'number') return 'malformed'
    if (start - ASSERTION_SKEW > now) return 'not_valid_yet'
  }
  return null
}

function isJti(jti: unknown): jti is string {
  return typeof jti === 'string' && jti.length > 0 && jti.length <= ASSERTION_JTI_MAX
}

/** FAPI 2.0 Security Profile §5.3.2.1: the issuer as a string, and one of three algorithms. */
function meetsFapi({ key, claims }: Signed, issuer: string): boolean {
  const isOnce = key.replay === 'once' && FAPI_ALGORITHMS.includes(key.algorithm)
  return isOnce && claims['aud'] === issuer
}

/**
 * Named by its `jti`, never by the whole text: an ECDSA signature has a second form that is valid
 * for the same content.
 */
async function provenOf({ key, claims }: Signed, clientId: string) {
  const text = `${clientId}\0${String(claims['jti'])}`
  const id = await sha256(text)
  return { key, id, expiresAt: Math.ceil(Number(claims['exp'])) }
}
