import { isCanonicalBase64url } from '../platform/base64.ts'
import { errors, jwtVerify } from 'jose'
import { boundedMap } from '../platform/bounded-map.ts'
import type { TokenClaims } from '../domain/token.ts'
import { verificationKey } from './keys.ts'
import type { GuardSettings } from './options.ts'
import { Refused } from './refused.ts'

type Verified = { claims: TokenClaims; kid: string; key: unknown }

const REMEMBERED_MAX = 2000

/** By issuer, audience and the whole token: tokens whose signature and claims were right. */
const remembered = boundedMap<Verified>(REMEMBERED_MAX)

/**
 * The claims of a token whose signature, type, issuer, audience and time are right. A signature
 * seen before is not verified again while its key is the same; the time is checked each time.
 */
export async function verifiedToken(token: string, settings: GuardSettings): Promise<TokenClaims> {
  const { issuer, audience, fetcher, now } = settings
  const name = `${issuer} ${audience} ${token}`
  const known = remembered.get(name)
  const current = known && (await verificationKey(issuer, known.kid, fetcher, now()))
  if (known && current?.key === known.key) {
    if (known.claims.exp > now()) return known.claims
    throw invalid()
  }
  const fresh = await freshlyVerified(token, settings)
  remembered.set(name, fresh)
  return fresh.claims
}

async function freshlyVerified(token: string, settings: GuardSettings): Promise<Verified> {
  const { issuer, audience, fetcher, now } = settings
  try {
    const { payload, protectedHeader, key } = await jwtVerify<TokenClaims>(
      token,
      async ({ alg, kid }) => {
        const found = kid === undefined ? null : await verificationKey(issuer, kid, fetcher, now())
        // The key says which algorithm it is for; the token's header does not.
        if (!found || found.algorithm !== alg) throw new errors.JWKSNoMatchingKey()
        return found.key
      },
      {
        issuer,
        audience,
        typ: 'at+jwt',
        algorithms: ['ES256', 'RS256'],
        requiredClaims: ['exp', 'iat', 'jti', 'client_id', 'scope', 'gen'],
        currentDate: new Date(now() * 1000),
      },
    )
    if (!hasCanonicalSignature(token))
      throw new errors.JWSInvalid('a signature in another spelling')
    return { claims: payload, kid: protectedHeader.kid ?? '', key }
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error
    throw invalid()
  }
}

function invalid(): Refused {
  return new Refused('invalid_token', 'The access token is not valid here.')
}

/** As the server demands of the signature: the other parts are signed as they are spelled. */
function hasCanonicalSignature(token: string): boolean {
  return isCanonicalBase64url(token.slice(token.lastIndexOf('.') + 1))
}
