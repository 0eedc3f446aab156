import { readPbkdf2 } from '../domain/imported-secret.ts'
import { fromBase64url, utf8 } from '../platform/bytes.ts'
import { sameDigest } from './hmac.ts'

/** Whether a secret has this hash, which another server made (RFC 8018 §5.2). */
export async function matchesPbkdf2(secret: string, hash: string): Promise<boolean> {
  const read = readPbkdf2(hash)
  if (typeof read === 'string') return false
  const { algorithm, iterations } = read
  const [salt, digest] = [bytesOf(read.salt), bytesOf(read.digest)]
  const key = await crypto.subtle.importKey('raw', utf8(secret), 'PBKDF2', false, ['deriveBits'])
  const how = { name: 'PBKDF2', hash: algorithm, salt, iterations }
  return sameDigest(await crypto.subtle.deriveBits(how, key, digest.byteLength * 8), digest)
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return fromBase64url(base64.replaceAll('+', '-').replaceAll('/', '_'))
}
