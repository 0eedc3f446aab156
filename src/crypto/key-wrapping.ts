import type { Algorithm } from '../domain/signing-key.ts'
import { fromBase64url, toBase64url, utf8 } from './bytes.ts'
import type { KeyRing } from './key-ring.ts'

export type KeyWrapping = {
  wrap(key: CryptoKey, kid: string): Promise<string>
  /** Not extractable: it signs, and cannot be read. */
  unwrap(wrapped: string, kid: string, algorithm: Algorithm): Promise<CryptoKey>
}

export const KEY_ALGORITHMS = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
} as const

const NONCE_LENGTH = 12

/**
 * Signing keys as D1 keeps them: AES-256-GCM under a key derived from a secret of the deployment,
 * bound to the key's id. The text is `<key version>.<nonce>.<ciphertext>`.
 */
export function keyWrapping(ring: KeyRing): KeyWrapping {
  const derived = new Map<string, CryptoKey>()
  const wrappingKey = async (version: string) => {
    const known = derived.get(version)
    if (known) return known
    const raw = ring.versions.get(version)
    if (raw === undefined) throw new Error(`${ring.name} has no version ${version}`)
    const key = await derive(raw)
    derived.set(version, key)
    return key
  }
  return {
    async wrap(key, kid) {
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE_LENGTH))
      const { version } = ring.current
      const by = await wrappingKey(version)
      const wrapped = await crypto.subtle.wrapKey('pkcs8', key, by, gcm(nonce, kid))
      return `${version}.${toBase64url(nonce)}.${toBase64url(wrapped)}`
    },

    async unwrap(text, kid, algorithm) {
      const [version = '', nonce = '', wrapped = ''] = text.split('.')
      const by = await wrappingKey(version)
      const how = gcm(fromBase64url(nonce), kid)
      const as = KEY_ALGORITHMS[algorithm]
      return crypto.subtle.unwrapKey('pkcs8', fromBase64url(wrapped), by, how, as, false, ['sign'])
    },
  }
}

function gcm(iv: Uint8Array<ArrayBuffer>, kid: string) {
  return { name: 'AES-GCM', iv, additionalData: utf8(kid) }
}

async function derive(secret: string): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey('raw', utf8(secret), 'HKDF', false, ['deriveKey'])
  const how = {
    name: 'HKDF',
    hash: 'SHA-256',
    salt: utf8(''),
    info: utf8('portcullis:signing-key'),
  }
  const aes = { name: 'AES-GCM', length: 256 }
  return crypto.subtle.deriveKey(how, base, aes, false, ['wrapKey', 'unwrapKey'])
}
