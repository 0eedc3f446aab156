import type { TreeKey, TreeKeys } from '../domain/audit-tree.ts'
import { Unavailable } from '../domain/errors.ts'
import { versionIn } from '../domain/versioned-key.ts'
import { base64OfBytes } from '../platform/base64.ts'
import type { KeyRing } from './key-ring.ts'
import { KEY_ALGORITHMS, type KeyWrapping, keyWrapping } from './key-wrapping.ts'

/**
 * The Ed25519 key that signs the checkpoints of the audit tree. It is wrapped with its public key as
 * additional data: write access to D1 is not enough to put another in its place.
 */
export function treeKeys(ring: KeyRing): TreeKeys {
  const wrapping = keyWrapping(ring)
  return {
    async make() {
      const pair = await crypto.subtle.generateKey(KEY_ALGORITHMS.Ed25519, true, ['sign', 'verify'])
      const { publicKey, privateKey } = pair as CryptoKeyPair
      const raw = (await crypto.subtle.exportKey('raw', publicKey)) as ArrayBuffer
      const text = base64OfBytes(new Uint8Array(raw))
      return { publicKey: text, wrappedKey: await wrapping.wrap(privateKey, idOf(text)) }
    },

    async rewrapped(key) {
      if (versionIn(key.wrappedKey) === ring.current.version) return null
      const { publicKey } = key
      const privateKey = await unwrapped(wrapping, key, true)
      return { publicKey, wrappedKey: await wrapping.wrap(privateKey, idOf(publicKey)) }
    },

    async sign(key, bytes) {
      const privateKey = await unwrapped(wrapping, key, false)
      return new Uint8Array(await crypto.subtle.sign('Ed25519', privateKey, bytes))
    },
  }
}

async function unwrapped(
  wrapping: KeyWrapping,
  { publicKey, wrappedKey }: TreeKey,
  isExtractable: boolean,
): Promise<CryptoKey> {
  try {
    return await wrapping.unwrap(wrappedKey, idOf(publicKey), 'Ed25519', isExtractable)
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown error'
    throw new Unavailable('signing_key', `the key of the audit tree cannot be used (${why})`)
  }
}

function idOf(publicKey: string): string {
  return `audit-tree:${publicKey}`
}
