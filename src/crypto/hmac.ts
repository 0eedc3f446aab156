import { Unavailable } from '../domain/errors.ts'
import { utf8 } from './bytes.ts'
import type { KeyRing } from './key-ring.ts'

/** HMAC-SHA-256 under one version of a key; `purpose` keeps the uses of one key apart. */
export type Hmac = (text: string, version?: string) => Promise<ArrayBuffer>

const ALGORITHM = { name: 'HMAC', hash: 'SHA-256' }

/** Keys are imported once an isolate. What is kept is the key, not the promise of it: workerd lets no
 * request wait for another's. */
export function hmacOf(ring: KeyRing, purpose: string): Hmac {
  const imported = new Map<string, CryptoKey>()
  return async (text, version = ring.current.version) => {
    let key = imported.get(version)
    if (!key) {
      const raw = ring.versions.get(version)
      if (raw === undefined) {
        const detail = `${ring.name} has no version ${version}`
        throw new Unavailable('configuration', detail, [ring.name])
      }
      key = await crypto.subtle.importKey('raw', utf8(raw), ALGORITHM, false, ['sign'])
      imported.set(version, key)
    }
    return crypto.subtle.sign('HMAC', key, utf8(`portcullis:${purpose}\n${text}`))
  }
}

type Bytes = ArrayBuffer | Uint8Array<ArrayBuffer>

/** In constant time, for digests of one length. */
export function sameDigest(a: Bytes, b: Bytes): boolean {
  return a.byteLength === b.byteLength && crypto.subtle.timingSafeEqual(a, b)
}
