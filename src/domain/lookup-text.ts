import { base64urlOfHex } from '../platform/base64.ts'
import { isForeignId } from './foreign-client.ts'
import { isLikeClientId } from './ids.ts'
import { type Damage, parseSecret, withoutAdded } from './secret-text.ts'

/** By what a credential or a client is looked up; none of them is secret. */
export const LOOKUP_KEYS = [
  ...(['client_id', 'credential_id', 'key_id', 'hint'] as const),
  ...(['kid', 'thumbprint', 'jti'] as const),
]
export type LookupKeyName = (typeof LOOKUP_KEYS)[number]

/** The beginning of a key id is enough; every other value is whole. */
export type LookupKey = { by: LookupKeyName; value: string }

/** The kinds of a text that somebody found, told apart by its form alone. */
export type LookupText =
  | { kind: 'access_token'; token: string }
  /** `whole`: the secret itself, if the text has all of it. */
  | { kind: 'secret'; whole: string | null; damage: Damage | null; keys: LookupKey[] }
  | { kind: 'name'; name: string; keys: LookupKey[] }

export function readLookupText(text: string): LookupText {
  const trimmed = text.trim()
  const token = tokenIn(trimmed)
  if (token !== null) return { kind: 'access_token', token }
  return secretIn(trimmed) ?? nameIn(trimmed)
}

// The header of every signed token is a JSON object, which begins with {" and so with eyJ.
const WRAPPED = /^(?:(?:authorization: *)?bearer +)?(eyJ[\w.-]+(?:[ \t]*\r?\n\s*[\w.-]+)*)$/i
const TOKEN = /(?<![\w-])eyJ[\w-]{8,}(?:\.[\w-]*){0,2}/

/** A token alone, wherever its lines were broken, or within a line of a log. */
function tokenIn(text: string): string | null {
  const alone = WRAPPED.exec(text)?.[1]
  return alone?.replaceAll(/\s/g, '') ?? TOKEN.exec(text)?.[0] ?? null
}

// Not within a word, so that a part of a token is not taken for a secret.
const SECRET = /(?<![\w-])pc_([0-9A-Za-z]{4,12})(?:_[0-9A-Za-z]*)?/

/** A secret, whole or in part, alone or within a line. */
function secretIn(text: string): LookupText | null {
  const alone = parsed(text)
  if (alone) return alone
  const [found, keyId] = SECRET.exec(text) ?? []
  if (found === undefined || keyId === undefined) return null
  return parsed(found) ?? { kind: 'secret', whole: null, damage: null, keys: [ofKeyId(keyId)] }
}

function parsed(text: string): LookupText | null {
  const read = parseSecret(text)
  if (read === null) return null
  const bare = withoutAdded(text)
  const isWhole = typeof read === 'object' || read === 'surrounded'
  return {
    kind: 'secret',
    whole: isWhole ? bare : null,
    damage: typeof read === 'object' ? null : read,
    keys: [ofKeyId(bare.slice(3, 15))],
  }
}

const ofKeyId = (value: string): LookupKey => ({ by: 'key_id', value })

const LOOKED_UP_NAME_MAX = 200
const HINT_LENGTH = 4

/** The end of a secret as pages show it: `…x3L6`. */
const END = /^(?:…|\.{2,3}|\*+)([!-~]{4,})$/

function nameIn(text: string): LookupText {
  const name = withoutAdded(text)
  const end = END.exec(name)?.[1]
  const keys =
    name.length > LOOKED_UP_NAME_MAX ? [] : end === undefined ? keysOf(name) : [ofEnd(end)]
  return { kind: 'name', name, keys }
}

const ofEnd = (end: string): LookupKey => ({ by: 'hint', value: end.slice(-HINT_LENGTH) })

function keysOf(name: string): LookupKey[] {
  if (isLikeClientId(name)) return [{ by: 'client_id', value: name }]
  const keys: LookupKey[] = [{ by: 'kid', value: name }]
  const isCredentialId = /^[a-z]+_[0-9A-Za-z]+$/.test(name)
  if (isCredentialId) keys.push({ by: 'credential_id', value: name })
  if (/^[0-9A-Za-z]{12}$/.test(name)) keys.push(ofKeyId(name))
  if (/^[0-9A-Za-z]{22}$/.test(name)) keys.push({ by: 'jti', value: name })
  // An imported secret has a form of its own.
  const mayBeSecret = /^[0-9A-Za-z]{4,59}$/.test(name) || /^[!-~]{16,}$/.test(name)
  if (mayBeSecret && !isCredentialId) keys.push(ofEnd(name))
  const thumbprint = thumbprintIn(name)
  if (thumbprint !== null) keys.push({ by: 'thumbprint', value: thumbprint })
  if (isForeignId(name)) keys.push({ by: 'client_id', value: name })
  return keys
}

/** As it is stored, in base64url (RFC 7638 §3.1, RFC 8705 §3.1), or in hexadecimal as OpenSSL has it. */
function thumbprintIn(name: string): string | null {
  if (/^[\w-]{43}$/.test(name)) return name
  const hex = name.replace(/^sha-?256(?:fingerprint)?[:=]/i, '').replaceAll(':', '')
  if (!/^[0-9a-f]{64}$/i.test(hex)) return null
  return base64urlOfHex(hex)
}
