import { utf8 } from '../../../src/platform/bytes.ts'

// Certificates that no tool would make, from their parts: for what a reader must refuse or bear.

export type Bytes = Uint8Array<ArrayBuffer>

/** A value of DER with this tag. */
export function value(tag: number, ...content: Bytes[]): Bytes {
  const bytes = joined(content)
  return joined([Uint8Array.of(tag, ...lengthOf(bytes.length)), bytes])
}

export const sequence = (...content: Bytes[]) => value(0x30, ...content)
export const text = (tag: number, content: string) => value(tag, utf8(content))

const hex = (content: string) => Uint8Array.fromHex(content)
const NULL = hex('0500')
const ALGORITHM = sequence(hex('06032b6570'))
const COMMON_NAME = hex('0603550403')
const ALTERNATIVE_NAMES = hex('0603551d11')

export const attribute = (content: Bytes, type = COMMON_NAME, ...more: Bytes[]) =>
  value(0x31, sequence(type, content, ...more))
export const alternativeNames = (...names: Bytes[]) =>
  sequence(ALTERNATIVE_NAMES, value(0x04, sequence(...names)))
export const extensions = (...all: Bytes[]) => value(0xa3, sequence(...all))

/** The signed part of a certificate (RFC 5280 §4.1.2), in its order. */
export const FIELDS = {
  version: value(0xa0, hex('020102')),
  serial: hex('020101'),
  algorithm: ALGORITHM,
  issuer: sequence(),
  validity: sequence(text(0x17, '260101000000Z'), text(0x17, '270101000000Z')),
  subject: sequence(attribute(text(0x0c, 'built'))),
  key: sequence(ALGORITHM, value(0x03, NULL)),
}

/** Its DER; a field of null is left out, and what is added follows the key. */
export function built(
  fields: Partial<Record<keyof typeof FIELDS, Bytes | null>> = {},
  ...added: Bytes[]
): Bytes {
  const all = Object.values({ ...FIELDS, ...fields }).filter((field) => field !== null)
  return signed(sequence(...all, ...added))
}

export const signed = (content: Bytes, ...more: Bytes[]) =>
  sequence(content, ALGORITHM, value(0x03, NULL), ...more)

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length]
  const bytes = hex(length.toString(16).padStart(length < 0x1_00 ? 2 : 4, '0'))
  return [0x80 + bytes.length, ...bytes]
}

function joined(parts: Bytes[]): Bytes {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}
