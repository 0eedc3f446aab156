/** One value of DER (ITU-T X.690): `whole` is its bytes with tag and length. */
export type Der = {
  tag: number
  content: Uint8Array<ArrayBuffer>
  whole: Uint8Array<ArrayBuffer>
}

/** Bytes that are not DER, or not the DER that was expected. */
export class NotDer extends Error {
  override readonly name = 'NotDer'
}

export const SEQUENCE = 0x30
export const SET = 0x31
const OBJECT_IDENTIFIER = 0x06
export const OCTET_STRING = 0x04

const LENGTH_BYTES_MAX = 3

/**
 * The one value that the bytes are.
 * @throws NotDer for anything else, as bytes that follow it
 */
export function readDer(bytes: Uint8Array<ArrayBuffer>): Der {
  const [one, another] = readAll(bytes)
  if (!one || another) throw new NotDer('not one value')
  return one
}

/** The values within a value, which must have this tag. */
export function valuesIn(of: Der | undefined, tag: number): Der[] {
  return readAll(contentOf(of, tag))
}

export function contentOf(of: Der | undefined, tag: number): Uint8Array<ArrayBuffer> {
  if (of?.tag !== tag) throw new NotDer(`no value with the tag ${tag}`)
  return of.content
}

function readAll(bytes: Uint8Array<ArrayBuffer>): Der[] {
  const found: Der[] = []
  for (let at = 0; at < bytes.length; ) {
    const { start, end } = bounds(bytes, at)
    const tag = bytes[at] ?? 0
    found.push({ tag, content: bytes.subarray(start, end), whole: bytes.subarray(at, end) })
    at = end
  }
  return found
}

/** Where a value's content begins and ends. X.690 §10.1: its length in the fewest bytes. */
function bounds(bytes: Uint8Array, at: number): { start: number; end: number } {
  if (((bytes[at] ?? 0) & 0x1f) === 0x1f) throw new NotDer('a tag of several bytes')
  const first = bytes[at + 1] ?? 0x80
  const count = first < 0x80 ? 0 : first & 0x7f
  if (first === 0x80 || count > LENGTH_BYTES_MAX)
    throw new NotDer('a length that DER does not allow')
  const start = at + 2 + count
  const length = count === 0 ? first : numberIn(bytes.subarray(at + 2, start))
  const isShortest = count === 0 || (length >= 0x80 && length >= 256 ** (count - 1))
  if (!isShortest || start + length > bytes.length) throw new NotDer('a wrong length')
  return { start, end: start + length }
}

function numberIn(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0)
}

/** An object identifier in dotted form (X.690 §8.19). */
export function oidIn(of: Der | undefined): string {
  const arcs: number[] = []
  let arc = 0
  let isWhole = true
  for (const byte of contentOf(of, OBJECT_IDENTIFIER)) {
    if (isWhole && byte === 0x80) throw new NotDer('an arc with leading zeros')
    arc = arc * 128 + (byte & 0x7f)
    if (arc > Number.MAX_SAFE_INTEGER) throw new NotDer('an arc too large')
    isWhole = byte < 0x80
    if (isWhole) arcs.push(arc)
    if (isWhole) arc = 0
  }
  const [first] = arcs
  if (first === undefined || !isWhole) throw new NotDer('an object identifier cut off')
  const root = Math.min(Math.floor(first / 40), 2)
  return [root, first - root * 40, ...arcs.slice(1)].join('.')
}

const ASCII = new Set([0x12, 0x13, 0x16])
const UTF8 = 0x0c
const BMP = 0x1e

/** The text of a string of any of the usual types; null for another type, or an ill-formed string. */
export function textIn({ tag, content }: Der): string | null {
  if (tag === UTF8) return utf8In(content)
  if (tag === BMP) return utf16In(content)
  return ASCII.has(tag) ? asciiIn(content) : null
}

export function asciiIn(bytes: Uint8Array): string | null {
  return bytes.every((byte) => byte < 0x80) ? String.fromCharCode(...bytes) : null
}

export function utf8In(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

function utf16In(bytes: Uint8Array): string | null {
  if (bytes.length % 2 !== 0) return null
  const units = Array.from(
    { length: bytes.length / 2 },
    (_, i) => (bytes[2 * i] ?? 0) * 256 + (bytes[2 * i + 1] ?? 0),
  )
  const text = String.fromCharCode(...units)
  return text.isWellFormed() ? text : null
}

const UTC_TIME = 0x17
const GENERALIZED_TIME = 0x18

/** Seconds since 1970 (RFC 5280 §4.1.2.5): always in UTC, with seconds and without fractions. */
export function timeIn({ tag, content }: Der): number {
  const text = asciiIn(content) ?? ''
  const full = tag === UTC_TIME ? centuryOf(text) + text : text
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full)
  if (!parts || (tag !== UTC_TIME && tag !== GENERALIZED_TIME)) throw new NotDer('not a time')
  const [year, month, day, hour, minute, second] = parts.slice(1)
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`
  const at = Date.parse(iso)
  // Some engines take 31 February for 3 March.
  if (Number.isNaN(at) || new Date(at).toISOString() !== iso) throw new NotDer('not a date')
  return at / 1000
}

function centuryOf(text: string): string {
  return Number(text.slice(0, 2)) < 50 ? '20' : '19'
}
