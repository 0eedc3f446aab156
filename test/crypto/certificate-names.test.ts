import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCertificateName } from '../../src/crypto/certificate-names.ts'
import { readName } from '../../src/crypto/distinguished-name.ts'
import type { CertificateName } from '../../src/domain/certificate.ts'
import { RUNS } from '../domain/arbitraries.ts'

describe('a distinguished name', () => {
  it.each([
    ['CN=a,O=b', 'CN=a,O=b'],
    ['cn=a, o=b', 'CN=a,O=b'],
    ['2.5.4.3=a,O=b', 'CN=a,O=b'],
    ['UID=b+CN=a', 'CN=a+UID=b'],
    ['CN=a\\2Cb', 'CN=a\\,b'],
    ['L=K\\C3\\B6ln', 'L=Köln'],
    ['CN=#0c0161', 'CN=a'],
    ['CN=#130161', 'CN=a'],
    ['CN=\\#0c0161', 'CN=\\#0c0161'],
    ['CN=#0500', 'CN=#0500'],
    ['CN=\\ a\\ ', 'CN=\\ a\\ '],
    ['CN=a\\\\', 'CN=a\\\\'],
    ['CN=a=b', 'CN=a=b'],
    ['CN=a\\00b', 'CN=a\\00b'],
    ['CN=', 'CN='],
  ])('%s is %s', (text, expected) => {
    expect(readName(text)).toBe(expected)
  })

  it.each([
    ['nothing', ''],
    ['no type', 'a'],
    ['a type that is not known', 'FOO=a'],
    ['an identifier that cannot be', '3.4=a'],
    ['an identifier of one number', '2=a'],
    ['what OpenSSL prints by itself', 'CN = a, O = b'],
    ['slashes', '/CN=a/O=b'],
    ['a part without a type', 'CN=a,b'],
    ['an end that is open', 'CN=a,'],
    ['quotes', 'CN="a,b"'],
    ['a semicolon', 'CN=a;O=b'],
    ['a space that ends a value', 'CN=a ,O=b'],
    ['a space behind an escaped backslash', 'CN=a\\\\ '],
    ['half an escape', 'CN=a\\4'],
    ['bytes that are not UTF-8', 'CN=\\C3'],
    ['hexadecimal that is not DER', 'CN=#0c0261'],
    ['an odd number of digits', 'CN=#0c0'],
  ])('is not read from %s', (_, text) => {
    expect(readName(text)).toBeNull()
  })

  it.each([
    ['CN', '2.5.4.3'],
    ['SN', '2.5.4.4'],
    ['SERIALNUMBER', '2.5.4.5'],
    ['C', '2.5.4.6'],
    ['L', '2.5.4.7'],
    ['ST', '2.5.4.8'],
    ['STREET', '2.5.4.9'],
    ['O', '2.5.4.10'],
    ['OU', '2.5.4.11'],
    ['TITLE', '2.5.4.12'],
    ['BUSINESSCATEGORY', '2.5.4.15'],
    ['POSTALCODE', '2.5.4.17'],
    ['GN', '2.5.4.42'],
    ['DNQUALIFIER', '2.5.4.46'],
    ['ORGANIZATIONIDENTIFIER', '2.5.4.97'],
    ['DC', '0.9.2342.19200300.100.1.25'],
    ['UID', '0.9.2342.19200300.100.1.1'],
    ['EMAILADDRESS', '1.2.840.113549.1.9.1'],
    ['JURISDICTIONL', '1.3.6.1.4.1.311.60.2.1.1'],
    ['JURISDICTIONST', '1.3.6.1.4.1.311.60.2.1.2'],
    ['JURISDICTIONC', '1.3.6.1.4.1.311.60.2.1.3'],
  ])('has %s for %s', (type, identifier) => {
    for (const spelling of [type, type.toLowerCase(), identifier]) {
      expect(readName(`${spelling}=a`)).toBe(`${type}=a`)
    }
  })

  it('keeps an identifier that has no name here, of several digits or not', () => {
    expect(readName('1.3.6.1.4.1.32473.10=a')).toBe('1.3.6.1.4.1.32473.10=a')
    expect(readName('2.999=a')).toBe('2.999=a')
  })

  it.each([
    ['another case', 'CN=a,O=b', 'CN=A,O=b'],
    ['another order', 'CN=a,O=b', 'O=b,CN=a'],
    ['two parts, and one of two', 'CN=a,O=b', 'CN=a+O=b'],
    ['a value that looks like two parts', 'CN=a,O=b', 'CN=a\\,O\\=b'],
    ['bytes, and a text that looks like them', 'CN=#0500', 'CN=\\#0500'],
    ['a space within', 'CN=a b', 'CN=a  b'],
    ['two spellings of one letter', 'CN=é', 'CN=e\u0301'],
  ])('is told from one with %s', (_, one, other) => {
    expect(readName(other)).not.toBeNull()
    expect(readName(one)).not.toBe(readName(other))
  })

  it('is the same again once it is spelt', () => {
    const value = fc.string({ unit: 'grapheme' }).map(escapedWhole)
    const type = fc.constantFrom('CN', 'O', 'OU', '1.2.3.4')
    const part = fc.array(fc.tuple(type, value), { minLength: 1, maxLength: 3 })
    const name = fc.array(part, { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(name, (parts) => {
        const text = parts.map((one) => one.map((pair) => pair.join('=')).join('+')).join(',')
        const once = readName(text)
        expect(once).not.toBeNull()
        expect(readName(once ?? '')).toBe(once)
      }),
      RUNS,
    )
  })
})

/** Every byte escaped, so that any text is a value. */
function escapedWhole(text: string): string {
  const bytes = new TextEncoder().encode(text)
  return Array.from(bytes, (byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('')
}

const KINDS: [CertificateName, right: [string, string][], wrong: string[]][] = [
  [
    'san_dns',
    [
      ['Client.Example.COM', 'client.example.com'],
      ['localhost', 'localhost'],
      ['_a.b', '_a.b'],
    ],
    ['*.example.com', 'a..b', 'a.', '-a.b', 'a b', 'a/b', 'bücher.example', 'a'.repeat(64), ''],
  ],
  [
    'san_uri',
    [
      ['spiffe://Example.com/A', 'spiffe://Example.com/A'],
      ['urn:a:b', 'urn:a:b'],
    ],
    ['example.com', '/a', 'spiffe://example.com/a b', ' urn:a', '1urn:a', 'urn:', ''],
  ],
  [
    'san_ip',
    [
      ['192.0.2.7', '192.0.2.7'],
      ['2001:DB8:0:0::7', '2001:db8::7'],
      ['::ffff:192.0.2.7', '::ffff:c000:207'],
      ['::ffff:192.100.20.70', '::ffff:c064:1446'],
    ],
    [
      '192.0.2',
      '192.0.2.256',
      '192.0.2.07',
      '0x7f.1',
      '1',
      '2001:db8',
      '[::1]',
      '::1/64',
      '',
      // Between brackets these are URLs of an address with something around it.
      'a]@[::1',
      '::1]/[a',
    ],
  ],
  [
    'san_email',
    [
      ['Ada@Example.COM', 'Ada@example.com'],
      ['ada@B', 'ada@b'],
    ],
    ['ada', '@example.com', 'ada@', 'a@b@c', 'a da@example.com', 'a@-b', 'a@b-', ' a@b', ''],
  ],
]

describe.each(KINDS)('%s', (kind, right, wrong) => {
  it.each(right)('%s is %s', (text, name) => {
    expect(readCertificateName(kind, text)).toEqual({ name })
  })

  it.each(wrong)('is not "%s"', (text) => {
    expect(readCertificateName(kind, text)).toEqual({ problem: expect.stringMatching(/^must be /) })
  })
})
