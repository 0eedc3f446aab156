import { versionIn } from '../domain/versioned-key.ts'
import { fromBase64url, toBase64url, utf8 } from '../platform/bytes.ts'
import type { KeyRing } from './key-ring.ts'

export type KeyWrapping = {
  wrap(key: CryptoKey, kid: string): Promise<string>
  /** The key is not extractable, unless it is to be wrapped again: it can sign, but not be read. */
  unwrap(
    wrapped: string,
    kid: string,
    algorithm: keyof typeof KEY_ALGORITHMS,
    isExtractable?: boolean,
  ): Promise<CryptoKey>
  /**
   * Whether the holder of the secret wrapped this text under this id. Its content is not examined.
   */
  isAuthentic(wrapped: string, kid: string): Promise<boolean>
}

export const KEY_ALGORITHMS = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  Ed25519: { name: 'Ed25519' },
} as const

/**
 * Imported as a dummy HMAC key: it is not extractable, and unlike an RSA key needs no arithmetic.
 */
const UNREAD = { name: 'HMAC', hash: 'SHA-256' }

/** Errors for a foreign text: from Web Crypto (AES-GCM, decrypt), and for invalid base64url. */
const NOT_OURS = new Set(['OperationError', 'SyntaxError'])

const NONCE_LENGTH = 12

/**
 * Signing keys as D1 stores them: AES-256-GCM under a key derived from a secret of the deployment,
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
  const read = async (text: string, kid: string) => {
    const [version = '', nonce = '', wrapped = ''] = text.split('.')
    const by = await wrappingKey(version)
    return { by, how: gcm(fromBase64url(nonce), kid), wrapped: fromBase64url(wrapped) }
  }
  return {
    async wrap(key, kid) {
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE_LENGTH))
      const { version } = ring.current
      const by = await wrappingKey(version)
      const wrapped = await crypto.subtle.wrapKey('pkcs8', key, by, gcm(nonce, kid))
      return `${version}.${toBase64url(nonce)}.${toBase64url(wrapped)}`
    },

    async unwrap(text, kid, algorithm, isExtractable = false) {
      const { by, how, wrapped } = await read(text, kid)
      const as = KEY_ALGORITHMS[algorithm]
      return crypto.subtle.unwrapKey('pkcs8', wrapped, by, how, as, isExtractable, ['sign'])
    },

    async isAuthentic(text, kid) {
      if (!ring.versions.has(versionIn(text))) return false
      try {
        const { by, how, wrapped } = await read(text, kid)
        await crypto.subtle.unwrapKey('raw', wrapped, by, how, UNREAD, false, ['verify'])
        return true
      } catch (error) {
        // Not wrapped by us, or malformed; any other error says nothing about the text.
        if (error instanceof Error && NOT_OURS.has(error.name)) return false
        throw error
      }
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
