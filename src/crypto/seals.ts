import { isCanonicalBase64url } from '../platform/base64.ts'
import type { Seals, SignedTexts } from '../domain/seal.ts'
import { fromBase64url, toBase64url, utf8 } from '../platform/bytes.ts'
import { type Hmac, hmacOf, sameDigest } from './hmac.ts'
import type { KeyRing } from './key-ring.ts'

/**
 * Seals of audit events: `<key version>.<HMAC>`, so that only the holder of the key can continue
 * the log.
 */
export function auditSeals(ring: KeyRing): Seals {
  const hmac = hmacOf(ring, 'audit')
  return {
    async seal(text) {
      return `${ring.current.version}.${toBase64url(await hmac(text))}`
    },

    async verify(text, seal) {
      const [version = '', digest = '', ...rest] = seal.split('.')
      if (rest.length > 0 || !ring.versions.has(version) || !isCanonicalBase64url(digest))
        return false
      return sameDigest(await hmac(text, version), fromBase64url(digest))
    },

    hasKeyOf: (seal) => ring.versions.has(seal.split('.')[0] ?? ''),
  }
}

/** A signed text carries its own proof, so a forged one is refused before anything looks at it. */
export function signedTexts(ring: KeyRing, purpose: string): SignedTexts {
  const hmac = hmacOf(ring, purpose)
  return {
    async write(content) {
      const payload = toBase64url(utf8(JSON.stringify(content)))
      return `${payload}.${toBase64url(await hmac(payload))}`
    },

    async read(text) {
      const [payload = '', mac = '', ...rest] = text.split('.')
      if (rest.length > 0 || !isCanonicalBase64url(payload) || !isCanonicalBase64url(mac))
        return null
      if (!(await matchesAnyVersion(hmac, ring, payload, fromBase64url(mac)))) return null
      return JSON.parse(new TextDecoder().decode(fromBase64url(payload)))
    },
  }
}

async function matchesAnyVersion(
  hmac: Hmac,
  ring: KeyRing,
  text: string,
  mac: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  for (const version of ring.versions.keys()) {
    if (sameDigest(await hmac(text, version), mac)) return true
  }
  return false
}
