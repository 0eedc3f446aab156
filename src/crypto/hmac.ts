import { Unavailable } from '../domain/errors.ts'
import { utf8 } from '../platform/bytes.ts'
import type { KeyRing } from './key-ring.ts'

/** HMAC-SHA-256 under one version of a key; `purpose` keeps the uses of one key apart. */
export type Hmac = (text: string, version?: string) => Promise<ArrayBuffer>

const ALGORITHM = { name: 'HMAC', hash: 'SHA-256' }

/**
 * Imports each key once per isolate. It caches the key rather than the promise: workerd does not
 * let a request wait for another request's promise.
 */
export function hmacOf(ring: KeyRing, purpose: string): Hmac {
  const imported = new Map<string, CryptoKey>()
  const importKey = async (version: string) => {
    const raw = ring.versions.get(version)
    if (raw === undefined) {
      const detail = `${ring.name} has no version ${version}`
      throw new Unavailable('configuration', detail, [ring.name])
    }
    const key = await crypto.subtle.importKey('raw', utf8(raw), ALGORITHM, false, ['sign'])
    imported.set(version, key)
    return key
  }
  const digestOf = (key: CryptoKey, text: string) =>
    crypto.subtle.sign('HMAC', key, utf8(`portcullis:${purpose}\n${text}`))
  return (text, version = ring.current.version) => {
    const known = imported.get(version)
    return known ? digestOf(known, text) : importKey(version).then((key) => digestOf(key, text))
  }
}

type Bytes = ArrayBuffer | Uint8Array<ArrayBuffer>

/** Compares in constant time; both digests must have the same length. */
export function sameDigest(a: Bytes, b: Bytes): boolean {
  return a.byteLength === b.byteLength && crypto.subtle.timingSafeEqual(a, b)
}
