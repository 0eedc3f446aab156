import { compactVerify, decodeJwt, decodeProtectedHeader, errors } from 'jose'
import type { FederationAlgorithm } from '../domain/federation.ts'
import type { RemoteKey } from '../domain/remote-keys.ts'
import type { WorkloadTokens } from '../domain/workload-token.ts'
import { isCanonicalBase64url } from '../platform/base64.ts'
import { boundedMap } from '../platform/bounded-map.ts'
import { sha256 } from '../platform/sha256.ts'
import { headerNames, VERIFICATION } from './assertion-algorithms.ts'
import { REFUSED_HEADERS } from './assertion-verifier.ts'

const IMPORTED_MAX = 500

/** Reads and verifies the tokens that platforms give their workloads. */
export function workloadTokens(): WorkloadTokens {
  const imported = boundedMap<CryptoKey>(IMPORTED_MAX)

  async function importOnce({ jwk }: RemoteKey, algorithm: FederationAlgorithm) {
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
    read(token) {
      const parts = token.split('.')
      if (parts.length !== 3 || !parts.every(isCanonicalBase64url)) return null
      try {
        const header = decodeProtectedHeader(token)
        const { alg, kid } = header
        if (typeof alg !== 'string' || REFUSED_HEADERS.some((name) => name in header)) return null
        if (kid !== undefined && typeof kid !== 'string') return null
        return { alg, kid: kid ?? null, claims: decodeJwt(token) }
      } catch (error) {
        if (error instanceof TypeError || error instanceof errors.JOSEError) return null
        throw error
      }
    },

    async isSignedBy(token, key, algorithm) {
      try {
        await compactVerify(token, await importOnce(key, algorithm), {
          algorithms: headerNames(algorithm),
        })
        return true
      } catch (error) {
        // A key that is not of the algorithm's type cannot be imported for it.
        if (error instanceof errors.JOSEError || error instanceof DOMException) return false
        throw error
      }
    },

    async idOf(issuer, jti) {
      return sha256(`${issuer}\0${jti}`)
    },
  }
}
