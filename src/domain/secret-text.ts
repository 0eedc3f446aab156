import { crc32 } from '../platform/crc32.ts'
import { base62 } from './base62.ts'

/** The parts of a secret's text that may be looked up: never the random part. */
export type SecretText = { keyId: string }

export const KEY_ID_LENGTH = 12
export const RANDOM_LENGTH = 43
const CHECKSUM_LENGTH = 6
const SHAPE = /^pc_([0-9A-Za-z]{12})_[0-9A-Za-z]{49}$/
const LENGTH = 'pc__'.length + KEY_ID_LENGTH + RANDOM_LENGTH + CHECKSUM_LENGTH

/**
 * Formats a secret: `pc_`, a public key id, 43 random base62 characters (256 bits), and a checksum
 * over everything before it. Secret scanners recognise it, and a typing error is detected without a
 * database.
 */
export function formatSecret(keyId: string, random: string): string {
  const body = `pc_${keyId}_${random}`
  return body + base62(crc32(body), CHECKSUM_LENGTH)
}

/**
 * Ways in which secrets are damaged in transit, each recognised by the form alone: a result says
 * nothing about whether such a secret exists.
 */
export const DAMAGES = {
  mistyped: 'is mistyped: its checksum is wrong',
  surrounded:
    'has a line break, a space, a quotation mark or an invisible character in it or around it',
  wrong_length: `was cut off, or has something after it: a secret has ${LENGTH} characters`,
} as const
export type Damage = keyof typeof DAMAGES

// Editors, shells, .env files and mail programs add these: white space, quotation marks, invisible
// characters.
const ADDED = /[\s"'`\u2018-\u201f\u00ab\u00bb\p{Default_Ignorable_Code_Point}\p{Cc}]/gu
const BEGINNING = /^pc_[0-9A-Za-z]{12}_[0-9A-Za-z]+$/
const LONGEST = 200

/**
 * The key id of a well-formed secret, or the kind of damage; null if the text never was a secret.
 */
export function parseSecret(text: string): SecretText | Damage | null {
  const keyId = keyIdOf(text)
  if (keyId !== null) return hasChecksum(text) ? { keyId } : 'mistyped'
  if (text.length > LONGEST) return null
  const bare = withoutAdded(text)
  if (bare !== text && keyIdOf(bare) !== null && hasChecksum(bare)) return 'surrounded'
  return BEGINNING.test(text) ? 'wrong_length' : null
}

/** The text without what editors, shells and mail programs add to one. */
export function withoutAdded(text: string): string {
  return text.replaceAll(ADDED, '')
}

function keyIdOf(text: string): string | null {
  return SHAPE.exec(text)?.[1] ?? null
}

function hasChecksum(text: string): boolean {
  const body = text.slice(0, -CHECKSUM_LENGTH)
  return text === body + base62(crc32(body), CHECKSUM_LENGTH)
}

/** The end of a secret, by which people tell secrets apart. */
export function hintOf(secret: string): string {
  return secret.slice(-4)
}
