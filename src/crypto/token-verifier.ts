import { isCanonicalBase64url } from '../platform/base64.ts'
import { compactVerify, decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose'
import { boundedMap } from '../platform/bounded-map.ts'
import type { TokenFacts } from '../domain/credential.ts'
import type { TokenVerifier } from '../domain/signing.ts'
import type { Seconds } from '../domain/time.ts'
import type { TokenClaims, TokenReference } from '../domain/token.ts'
import { KEY_ALGORITHMS } from './key-wrapping.ts'
import type { IsOurs } from './own-keys.ts'

const TYPE = 'at+jwt'
const REQUIRED = ['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'client_id', 'scope', 'gen']

type Key = NonNullable<TokenFacts['key']>

/** A token whose signature was valid under this key: the part of the result that cannot change. */
type Verified = { claims: TokenClaims; key: Key; reference: TokenReference }

const REMEMBERED_MAX = 2000

/**
 * Verifies access tokens with the key that D1 names for their `kid`, if it is ours, and with its
 * algorithm alone. Results are cached by the whole token; expiry, and whether the key is still the
 * same, are checked every time.
 */
export function tokenVerifier(issuer: string, isOurs: IsOurs): TokenVerifier {
  const imported = new Map<string, CryptoKey>()
  const remembered = boundedMap<Verified>(REMEMBERED_MAX)
  const importOnce = async (key: Key) => {
    const known = imported.get(key.kid)
    if (known) return known
    const jwk = JSON.parse(key.publicJwk) as JsonWebKey
    const how = KEY_ALGORITHMS[key.algorithm]
    const fresh = await crypto.subtle.importKey('jwk', jwk, how, false, ['verify'])
    imported.set(key.kid, fresh)
    return fresh
  }
  return {
    reference: (token) => remembered.get(token)?.reference ?? referenceIn(token),
    async verify(token, key, now) {
      const known = remembered.get(token)
      if (known && isSameKey(known.key, key)) return known.claims.exp > now ? known.claims : null
      if (!(await isOurs(key))) return null
      const claims = await verifiedClaims(token, await importOnce(key), key, issuer, now)
      const reference = referenceIn(token)
      if (claims && reference) remembered.set(token, { claims, key, reference })
      return claims
    },
    async isSignedBy(token, key) {
      if (!(await isOurs(key))) return false
      const publicKey = await importOnce(key)
      return holds(compactVerify(token, publicKey, { algorithms: [key.algorithm] }))
    },
  }
}

function isSameKey(a: Key, b: Key): boolean {
  return a.publicJwk === b.publicJwk && a.algorithm === b.algorithm && a.kid === b.kid
}

/** Whether jose accepts it. */
async function holds(check: Promise<unknown>): Promise<boolean> {
  try {
    await check
    return true
  } catch (error) {
    if (error instanceof errors.JOSEError) return false
    throw error
  }
}

async function verifiedClaims(
  token: string,
  publicKey: CryptoKey,
  key: Key,
  issuer: string,
  now: Seconds,
): Promise<TokenClaims | null> {
  try {
    const { payload } = await jwtVerify<TokenClaims>(token, publicKey, {
      issuer,
      typ: TYPE,
      algorithms: [key.algorithm],
      requiredClaims: REQUIRED,
      currentDate: new Date(now * 1000),
    })
    return payload.sub === payload.client_id ? payload : null
  } catch (error) {
    if (error instanceof errors.JOSEError) return null
    throw error
  }
}

function referenceIn(token: string): TokenReference | null {
  if (!token.split('.').every(isCanonicalBase64url)) return null
  try {
    const { typ, kid } = decodeProtectedHeader(token)
    const { client_id: clientId, jti } = decodeJwt(token)
    if (typ !== TYPE || !isName(kid) || !isName(clientId) || !isName(jti)) return null
    return { clientId, jti, kid }
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return null
    throw error
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 200
}
