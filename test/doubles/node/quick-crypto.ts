import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto'

// Node hands each call of Web Crypto to another thread, which for a few hundred bytes costs ten times what the hash
// costs. Digests and keyed hashes are made at once here, by the same library; all else is left as it is.

const subtle = crypto.subtle
const real = {
  digest: subtle.digest.bind(subtle),
  importKey: subtle.importKey.bind(subtle),
  sign: subtle.sign.bind(subtle),
}

type Name = string | { name: string }

const nameOf = (algorithm: Name) => (typeof algorithm === 'string' ? algorithm : algorithm.name)
const KNOWN: Record<string, string> = {
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
}

/** The keys of keyed hashes that were imported here. */
const secrets = new WeakMap<CryptoKey, { key: KeyObject; digest: string }>()

async function digest(algorithm: Name, data: BufferSource): Promise<ArrayBuffer> {
  const known = KNOWN[nameOf(algorithm)]
  return known === undefined
    ? real.digest(algorithm, data)
    : own(hash(known, bytesOf(data), 'buffer'))
}

async function importKey(...args: Parameters<typeof real.importKey>): Promise<CryptoKey> {
  const made = await real.importKey(...args)
  const [format, data] = args
  const known = KNOWN[(made.algorithm as { hash?: { name: string } }).hash?.name ?? '']
  if (format === 'raw' && made.algorithm.name === 'HMAC' && known !== undefined) {
    secrets.set(made, { key: createSecretKey(bytesOf(data as BufferSource)), digest: known })
  }
  return made
}

async function sign(algorithm: Name, key: CryptoKey, data: BufferSource): Promise<ArrayBuffer> {
  const secret = secrets.get(key)
  if (!secret || nameOf(algorithm) !== 'HMAC' || !key.usages.includes('sign')) {
    return real.sign(algorithm, key, data)
  }
  return own(createHmac(secret.digest, secret.key).update(bytesOf(data)).digest())
}

function bytesOf(data: BufferSource): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data)
}

/** Its memory is not a piece of Node's. */
function own(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer
}

Object.assign(subtle, { digest, importKey, sign })
