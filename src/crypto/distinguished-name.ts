import { type Der, NotDer, oidIn, readDer, SEQUENCE, SET, textIn, utf8In, valuesIn } from './der.ts'
import { utf8 } from '../platform/bytes.ts'

// A distinguished name in one spelling, so that two are equal exactly if their texts are: its parts
// in their order, the type of each by one name, each value letter for letter.

/** RFC 4514 §3, and those that certificates have besides. */
const TYPES: Record<string, string> = {
  CN: '2.5.4.3',
  SN: '2.5.4.4',
  GN: '2.5.4.42',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  C: '2.5.4.6',
  STREET: '2.5.4.9',
  DC: '0.9.2342.19200300.100.1.25',
  UID: '0.9.2342.19200300.100.1.1',
  SERIALNUMBER: '2.5.4.5',
  EMAILADDRESS: '1.2.840.113549.1.9.1',
  TITLE: '2.5.4.12',
  POSTALCODE: '2.5.4.17',
  BUSINESSCATEGORY: '2.5.4.15',
  DNQUALIFIER: '2.5.4.46',
  ORGANIZATIONIDENTIFIER: '2.5.4.97',
  JURISDICTIONC: '1.3.6.1.4.1.311.60.2.1.3',
  JURISDICTIONST: '1.3.6.1.4.1.311.60.2.1.2',
  JURISDICTIONL: '1.3.6.1.4.1.311.60.2.1.1',
}

const NAMES = new Map(Object.entries(TYPES).map(([name, oid]) => [oid, name]))

type Attribute = { oid: string; value: string | Uint8Array }

/** The subject of a certificate, as RFC 4514 writes it: the last part first; empty for none. */
export function nameIn(of: Der | undefined): string {
  const parts = valuesIn(of, SEQUENCE).map((part) => valuesIn(part, SET).map(attributeIn))
  return written(parts.toReversed())
}

function attributeIn(of: Der): Attribute {
  const [type, value, another] = valuesIn(of, SEQUENCE)
  if (!value || another) throw new NotDer('not an attribute')
  return { oid: oidIn(type), value: textIn(value) ?? value.whole }
}

function written(parts: Attribute[][]): string {
  return parts.map((part) => part.map(writtenOne).sort().join('+')).join(',')
}

function writtenOne({ oid, value }: Attribute): string {
  const text = typeof value === 'string' ? escaped(value) : `#${value.toHex()}`
  return `${NAMES.get(oid) ?? oid}=${text}`
}

/** RFC 4514 §2.4. Control characters too, so that what is shown is what it says. */
function escaped(value: string): string {
  return value
    .replaceAll(/["+,;<>\\]|^[ #]| $/g, '\\$&')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, (char) => utf8(char).toHex().replaceAll(/../g, '\\$&'))
}

const TYPE = /^ *([A-Za-z][A-Za-z0-9-]*|[0-2](?:\.\d+)+)=/
const PLAIN = /^(?:[^"+,;<>\\]|\\(?:[ "#+,;<=>\\]|[0-9a-f]{2}))*/i

/** The one spelling of a name that somebody wrote as RFC 4514 says; null if it is not one. */
export function readName(text: string): string | null {
  const parts: Attribute[][] = [[]]
  for (let rest = text; ; ) {
    const type = TYPE.exec(rest)
    const oid = type && oidOf(type[1] ?? '')
    if (!type || oid === null) return null
    const raw = PLAIN.exec(rest.slice(type[0].length))?.[0] ?? ''
    const value = valueOf(raw)
    if (value === null) return null
    parts.at(-1)?.push({ oid, value })
    rest = rest.slice(type[0].length + raw.length)
    if (rest === '') return written(parts)
    if (rest.startsWith(',')) parts.push([])
    else if (!rest.startsWith('+')) return null
    rest = rest.slice(1)
  }
}

function oidOf(type: string): string | null {
  return /^\d/.test(type) ? type : (TYPES[type.toUpperCase()] ?? null)
}

function valueOf(raw: string): Attribute['value'] | null {
  if (raw.startsWith('#')) return encodedValue(raw.slice(1))
  const pieces = raw.match(/\\[0-9a-f]{2}|\\.|[^\\]/giu) ?? []
  if (pieces[0] === ' ' || pieces.at(-1) === ' ') return null
  // Bytes, because an escape in hexadecimal is of one byte, and a character may have several.
  return utf8In(Uint8Array.from(pieces.flatMap((piece) => [...bytesOf(piece)])))
}

function bytesOf(piece: string): Uint8Array {
  if (!piece.startsWith('\\')) return utf8(piece)
  return piece.length === 3 ? Uint8Array.fromHex(piece.slice(1)) : utf8(piece.slice(1))
}

/** RFC 4514 §2.4: the DER of a value, in hexadecimal. */
function encodedValue(hex: string): Attribute['value'] | null {
  try {
    const value = readDer(Uint8Array.fromHex(hex))
    return textIn(value) ?? value.whole
  } catch (error) {
    if (error instanceof NotDer || error instanceof SyntaxError) return null
    throw error
  }
}
