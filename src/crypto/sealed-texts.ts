import type { SealedTexts } from '../domain/seal.ts'
import { fromBase64url, toBase64url, utf8 } from '../platform/bytes.ts'
import type { KeyRing } from './key-ring.ts'

const NONCE_LENGTH = 12

const SHAPE = /^([0-9A-Za-z]{1,16})\.([0-9A-Za-z_-]{16})\.([0-9A-Za-z_-]+)$/

/**
 * Texts that a browser brings back and that only this server can read or change: compressed, then
 * AES-256-GCM under a key derived from a secret of the deployment, for one purpose. The text is
 * `<key version>.<nonce>.<ciphertext>`.
 */
export function sealedTexts(ring: KeyRing, purpose: string): SealedTexts {
  const derived = new Map<string, CryptoKey>()
  const keyOf = async (version: string) => {
    const known = derived.get(version)
    if (known) return known
    const raw = ring.versions.get(version)
    if (raw === undefined) return null
    const key = await derive(raw, purpose)
    derived.set(version, key)
    return key
  }
  return {
    async seal(content) {
      const { version } = ring.current
      const key = await keyOf(version)
      if (!key) throw new Error(`${ring.name} has no version ${version}`)
      const iv = crypto.getRandomValues(new Uint8Array(NONCE_LENGTH))
      const plain = await through(
        new CompressionStream('deflate-raw'),
        utf8(JSON.stringify(content)),
      )
      const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain)
      return `${version}.${toBase64url(iv)}.${toBase64url(sealed)}`
    },

    async open(text) {
      const [, version = '', iv = '', sealed = ''] = SHAPE.exec(text) ?? []
      const key = await keyOf(version)
      const plain = key && (await decrypted(key, iv, sealed))
      if (!plain) return null
      const bytes = await through(new DecompressionStream('deflate-raw'), plain)
      return JSON.parse(new TextDecoder().decode(bytes))
    },
  }
}

/** Null for a text that was not encrypted here: invalid base64url, or changed. */
async function decrypted(key: CryptoKey, iv: string, sealed: string): Promise<ArrayBuffer | null> {
  try {
    const how = { name: 'AES-GCM', iv: fromBase64url(iv) }
    return await crypto.subtle.decrypt(how, key, fromBase64url(sealed))
  } catch (error) {
    if (error instanceof SyntaxError || (error as Error).name === 'OperationError') return null
    throw error
  }
}

function through(
  stream: CompressionStream | DecompressionStream,
  bytes: ArrayBuffer | Uint8Array<ArrayBuffer>,
): Promise<ArrayBuffer> {
  return new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer()
}

async function derive(secret: string, purpose: string): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey('raw', utf8(secret), 'HKDF', false, ['deriveKey'])
  const info = utf8(`portcullis:${purpose}`)
  const how = { name: 'HKDF', hash: 'SHA-256', salt: utf8(''), info }
  const aes = { name: 'AES-GCM', length: 256 }
  return crypto.subtle.deriveKey(how, base, aes, false, ['encrypt', 'decrypt'])
}
