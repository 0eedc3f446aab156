import { describe, expect, it } from 'vitest'
import {
  asciiIn,
  contentOf,
  NotDer,
  oidIn,
  readDer,
  textIn,
  timeIn,
  valuesIn,
} from '../../src/crypto/der.ts'
import { utf8 } from '../../src/platform/bytes.ts'

const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(' ', ''))
const der = (text: string) => readDer(hex(text))
const zeros = (count: number) => ' 00'.repeat(count)
const string = (tag: number, content: Uint8Array<ArrayBuffer>) =>
  readDer(new Uint8Array([tag, content.length, ...content]))

/** Why it is not read, from the one error that its readers take for a fault of the bytes. */
function refusalOf(read: () => unknown): string {
  try {
    read()
  } catch (error) {
    if (error instanceof NotDer) return error.message
    throw error
  }
  return 'read'
}

describe('one value', () => {
  it.each([
    ['in one byte', '04 7f', 0x7f],
    ['in two', '04 81 80', 0x80],
    ['in two, the most', '04 81 ff', 0xff],
    ['in three', '04 82 01 00', 0x100],
    ['in four', '04 83 01 00 00', 0x1_00_00],
  ])('has its length %s', (_, head, length) => {
    const value = der(head + zeros(length))
    expect([value.tag, value.content.length]).toEqual([0x04, length])
    expect(value.whole).toHaveLength(hex(head).length + length)
  })

  it.each([
    ['nothing', '', 'not one value'],
    ['two values', '05 00 05 00', 'not one value'],
    ['a tag of several bytes', `1f 01${zeros(1)}`, 'a tag of several bytes'],
    ['a tag of several bytes, constructed', 'bf 01 00', 'a tag of several bytes'],
    ['a tag alone', '04', 'a length that DER does not allow'],
    ['a length that is open', `04 80${zeros(128)}`, 'a length that DER does not allow'],
    [
      'a length of four bytes',
      `04 84 00 00 00 80${zeros(128)}`,
      'a length that DER does not allow',
    ],
    ['two bytes where one is enough', `04 81 7f${zeros(127)}`, 'a wrong length'],
    ['three bytes where two are enough', `04 82 00 ff${zeros(255)}`, 'a wrong length'],
    ['four bytes where three are enough', `04 83 00 01 00${zeros(256)}`, 'a wrong length'],
    ['a length beyond the end', '04 02 00', 'a wrong length'],
    ['a length that is cut off', '04 82 01', 'a wrong length'],
  ])('is not read from %s', (_, bytes, why) => {
    expect(refusalOf(() => der(bytes))).toBe(why)
  })

  it('is told from one with another tag, and from none', () => {
    const values = valuesIn(der('30 04 05 00 0c 00'), 0x30)
    expect(values.map(({ tag }) => tag)).toEqual([0x05, 0x0c])
    expect(refusalOf(() => valuesIn(der('31 00'), 0x30))).toBe('no value with the tag 48')
    expect(refusalOf(() => contentOf(undefined, 0x04))).toBe('no value with the tag 4')
  })
})

describe('an object identifier', () => {
  it.each([
    ['06 01 27', '0.39'],
    ['06 01 28', '1.0'],
    ['06 01 4f', '1.39'],
    ['06 01 50', '2.0'],
    ['06 01 78', '2.40'],
    ['06 02 81 00', '2.48'],
    ['06 03 55 04 03', '2.5.4.3'],
    ['06 04 55 81 80 00', '2.5.16384'],
    ['06 09 2a 86 48 86 f7 0d 01 09 01', '1.2.840.113549.1.9.1'],
    ['06 09 55 8f ff ff ff ff ff ff 7f', `2.5.${Number.MAX_SAFE_INTEGER}`],
  ])('%s is %s', (bytes, text) => {
    expect(oidIn(der(bytes))).toBe(text)
  })

  it.each([
    ['no bytes', '06 00', 'an object identifier cut off'],
    ['a last byte that says that more follow', '06 02 55 84', 'an object identifier cut off'],
    ['an arc with leading zeros', '06 03 55 80 03', 'an arc with leading zeros'],
    ['an arc too large', '06 09 55 90 80 80 80 80 80 80 00', 'an arc too large'],
    ['another tag', '05 00', 'no value with the tag 6'],
  ])('is not read from %s', (_, bytes, why) => {
    expect(refusalOf(() => oidIn(der(bytes)))).toBe(why)
  })
})

describe('a text', () => {
  it.each([
    ['UTF-8', '0c 05 4b c3 b6 6c 6e', 'Köln'],
    ['UTF-8 with a mark before it', '0c 04 ef bb bf 61', '\ufeffa'],
    ['a numeric string', '12 02 31 32', '12'],
    ['a printable string', '13 02 61 7f', 'a\x7f'],
    ['an IA5 string', '16 02 61 62', 'ab'],
    ['UTF-16', '1e 06 00 61 d8 3d dd 11', 'a\u{1f511}'],
    ['UTF-16 of nothing', '1e 00', ''],
  ])('is read from %s', (_, bytes, text) => {
    expect(textIn(der(bytes))).toBe(text)
  })

  it.each([
    ['UTF-8 that is ill-formed', '0c 02 c3 28'],
    ['a printable string with a byte beyond ASCII', '13 02 61 80'],
    ['UTF-16 of an odd length', '1e 03 00 61 00'],
    ['half a pair of UTF-16', '1e 02 d8 3d'],
    ['a string of another type', '14 01 61'],
  ])('is not read from %s', (_, bytes) => {
    expect(textIn(der(bytes))).toBeNull()
  })

  it('of ASCII has no other byte', () => {
    expect(asciiIn(hex('00 7f'))).toBe('\0\x7f')
    expect(asciiIn(hex('80'))).toBeNull()
  })
})

describe('a time', () => {
  const UTC_TIME = 0x17
  const GENERALIZED = 0x18
  const timeOf = (tag: number, text: string) => timeIn(string(tag, utf8(text)))

  it.each([
    [UTC_TIME, '491231235959Z', '2049-12-31T23:59:59Z'],
    [UTC_TIME, '500101000000Z', '1950-01-01T00:00:00Z'],
    [UTC_TIME, '000229120000Z', '2000-02-29T12:00:00Z'],
    [GENERALIZED, '20500101000000Z', '2050-01-01T00:00:00Z'],
    [GENERALIZED, '99991231235959Z', '9999-12-31T23:59:59Z'],
  ])('with the tag %i, %s is %s', (tag, text, iso) => {
    expect(timeOf(tag, text)).toBe(Date.parse(iso) / 1000)
  })

  it.each([
    [UTC_TIME, '20500101000000Z', 'not a time'],
    [UTC_TIME, '4912312359Z', 'not a time'],
    [UTC_TIME, '491231235959', 'not a time'],
    [UTC_TIME, '491231235959+0100', 'not a time'],
    [UTC_TIME, '491231235959Zz', 'not a time'],
    [UTC_TIME, '', 'not a time'],
    [UTC_TIME, '49123123595é', 'not a time'],
    [UTC_TIME, '490230000000Z', 'not a date'],
    [UTC_TIME, '491301000000Z', 'not a date'],
    [UTC_TIME, '490101240000Z', 'not a date'],
    [GENERALIZED, '491231235959Z', 'not a time'],
    [GENERALIZED, '20500101000000.5Z', 'not a time'],
    [GENERALIZED, ' 20500101000000Z', 'not a time'],
    [0x0c, '20500101000000Z', 'not a time'],
  ])('is not read with the tag %i from "%s"', (tag, text, why) => {
    expect(refusalOf(() => timeOf(tag, text))).toBe(why)
  })
})
