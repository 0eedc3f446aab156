import { DPOP_ALGORITHMS, PROOF_MAX_AGE } from '../domain/dpop.ts'
import { cloudflareCertificate } from './certificate.ts'
import { noncesFrom } from '../dpop/nonces.ts'
import type { ApiOptions, ApiSettings, DpopOptions, DpopSettings } from './options.ts'

const NONCE_SECRET_LEAST = 32

/** A proof is used up in an isolate's memory: longer, and it would be forgotten too soon. */
const MAX_AGE_MOST = 600

/** The URLs under which clients reach the API; null if each request says its own. */
export function publicUrlsOf({ publicUrl, resourceMetadata }: ApiOptions): string[] | null {
  if (publicUrl === undefined) return resourceMetadata ? [new URL(resourceMetadata).origin] : null
  const urls = typeof publicUrl === 'string' ? [publicUrl] : [...publicUrl]
  if (urls.length > 0 && urls.every(isBase)) return urls.map((url) => url.replace(/\/$/, ''))
  throw new TypeError('publicUrl must be the URL of this API, or several, without a query')
}

function isBase(url: string): boolean {
  return /^https?:\/\/[^?#]+$/.test(url) && URL.canParse(url)
}

/** @throws TypeError if one is wrong */
export function readDpop(options: DpopOptions | undefined): DpopSettings {
  const { required = false, seen, nonceSecret } = options ?? {}
  const { algorithms = DPOP_ALGORITHMS, maxAge = PROOF_MAX_AGE } = options ?? {}
  if (algorithms.length === 0 || !algorithms.every((name) => DPOP_ALGORITHMS.includes(name))) {
    throw new TypeError(`dpop.algorithms must be some of ${DPOP_ALGORITHMS.join(', ')}`)
  }
  if (!Number.isInteger(maxAge) || maxAge < 1 || maxAge > MAX_AGE_MOST) {
    throw new TypeError(`dpop.maxAge must be a whole number of seconds, 1 to ${MAX_AGE_MOST}`)
  }
  if (nonceSecret !== undefined && nonceSecret.length < NONCE_SECRET_LEAST) {
    throw new TypeError(`dpop.nonceSecret must have at least ${NONCE_SECRET_LEAST} characters`)
  }
  const nonces = nonceSecret === undefined ? null : noncesFrom(nonceSecret)
  return { isOffered: options !== undefined, required, algorithms, maxAge, seen, nonces }
}

export function readClientCertificate(options: ApiOptions): ApiSettings['clientCertificate'] {
  // Called on the options, as the method that it may be.
  return options.clientCertificate
    ? (request) => options.clientCertificate?.(request)
    : cloudflareCertificate
}
