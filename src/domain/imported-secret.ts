import type { Verifier } from './secret.ts'
import { parseSecret } from './secret-text.ts'

// Secrets that clients bring from another server. They have no key id of their own, so each is looked
// up by its client: a client has one at most.

const PREFIX = 'imported:'
const HASH_MARK = '$'

const TEXT_MIN = 16
const TEXT_MAX = 512

export function importedKeyId(clientId: string): string {
  return PREFIX + clientId
}

export function isImported({ keyId }: Pick<Verifier, 'keyId'>): boolean {
  return keyId.startsWith(PREFIX)
}

/** The digest of a secret of which only the hash of another server is known, as it is kept. */
export function keptHash(sealed: string): string {
  return HASH_MARK + sealed
}

/** Returns the sealed hash; null for a secret whose own keyed hash is known. */
export function sealedHashIn({ digest }: Pick<Verifier, 'digest'>): string | null {
  return digest.startsWith(HASH_MARK) ? digest.slice(HASH_MARK.length) : null
}

/** Says what is wrong with the text of a secret that is to be imported; null if nothing is. */
export function importedTextProblem(text: string): string | null {
  if (!/^[\x20-\x7e]*$/.test(text)) return 'must be printable ASCII (RFC 6749 appendix A.2)'
  const length = `must have ${TEXT_MIN} to ${TEXT_MAX} characters`
  if (text.length < TEXT_MIN) return `${length}: a shorter one can be guessed`
  if (text.length > TEXT_MAX) return length
  return parseSecret(text) === null ? null : 'has the form of a secret that this server makes'
}

/** A PBKDF2 hash as Ory Hydra writes it: salt and digest are base64 without padding. */
export type Pbkdf2Hash = {
  algorithm: 'SHA-256' | 'SHA-512'
  iterations: number
  salt: string
  digest: string
}

const PBKDF2 =
  /^\$pbkdf2-sha(256|512)\$i=([1-9]\d{0,8}),l=([1-9]\d{0,3})\$([0-9A-Za-z+/]+)\$([0-9A-Za-z+/]+)$/

/** The runtime computes no more in one call, and an attempt with a wrong secret costs as much. */
const ITERATIONS_MAX = 100_000
const DIGEST_MIN = 16
const DIGEST_MAX = 64
const SALT_MIN = 8
const SALT_MAX = 64

/** The parts of a hash, or what is wrong with it. */
export function readPbkdf2(text: string): Pbkdf2Hash | string {
  if (/^\$2[abxy]?\$/.test(text)) {
    return 'is a bcrypt hash, which costs too much to verify here: send the secret itself as text'
  }
  const [, size, iterations = '', length, salt = '', digest = ''] = PBKDF2.exec(text) ?? []
  if (size === undefined) {
    return 'must be a hash such as $pbkdf2-sha256$i=25000,l=32$<salt>$<hash>, with SHA-256 or SHA-512'
  }
  const [saltBytes, digestBytes] = [bytesIn(salt), bytesIn(digest)]
  const fits = isWithin(saltBytes, SALT_MIN, SALT_MAX) && Number(length) === digestBytes
  if (!fits || !isWithin(digestBytes, DIGEST_MIN, DIGEST_MAX)) {
    return `must have a salt of ${SALT_MIN} to ${SALT_MAX} bytes, and a hash of ${DIGEST_MIN} to ${DIGEST_MAX} and as long as l says`
  }
  const blocks = Math.ceil((digestBytes * 8) / Number(size))
  if (Number(iterations) * blocks > ITERATIONS_MAX) {
    return `costs more than ${ITERATIONS_MAX} iterations to verify, which is too much: send the secret itself as text`
  }
  const algorithm = size === '256' ? 'SHA-256' : 'SHA-512'
  return { algorithm, iterations: Number(iterations), salt, digest }
}

function isWithin(n: number, min: number, max: number): boolean {
  return n >= min && n <= max
}

/** Counts the bytes that unpadded base64 encodes; 0 for a length that none has. */
function bytesIn(base64: string): number {
  return base64.length % 4 === 1 ? 0 : Math.floor((base64.length * 3) / 4)
}
