import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { BASE62 } from '../../src/domain/base62.ts'
import {
  formatSecret,
  hintOf,
  KEY_ID_LENGTH,
  parseSecret,
  RANDOM_LENGTH,
} from '../../src/domain/secret-text.ts'
import { base62Text, properPrefixes, RUNS } from './arbitraries.ts'

const parts = fc.tuple(base62Text(KEY_ID_LENGTH), base62Text(RANDOM_LENGTH))
const secrets = parts.map(([keyId, random]) => formatSecret(keyId, random))
const refused = ['mistyped', 'surrounded', 'wrong_length', null]

/** Made with zlib's crc32, so that a scanner written in any language agrees with us. */
const VECTORS = [
  'pc_000000000000_00000000000000000000000000000000000000000003vBaKH',
  'pc_0123456789AB_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg2l3AeQ',
  'pc_zzzzzzzzzzzz_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz1OFDOr',
  'pc_BnGiZaWnx3Kv_IArCX79fdptTSUYZiouKGs5QJJ4PEyUFLmDTpdevlIz00wjsm',
]

it.each(VECTORS)('ends a secret with the CRC-32 of zlib, padded with zeros: %s', (secret) => {
  const keyId = secret.slice(3, 15)
  expect(formatSecret(keyId, secret.slice(16, 59))).toBe(secret)
  expect(parseSecret(secret)).toEqual({ keyId })
})

it('reads the key id back from every secret that it writes', () => {
  fc.assert(
    fc.property(parts, ([keyId, random]) => {
      expect(parseSecret(formatSecret(keyId, random))).toEqual({ keyId })
    }),
    RUNS,
  )
})

it('writes 65 characters that no form encoding changes', () => {
  fc.assert(
    fc.property(secrets, (secret) => {
      expect(secret).toMatch(/^pc_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/)
      expect(new URLSearchParams({ secret }).toString()).toBe(`secret=${secret}`)
      expect(encodeURIComponent(secret)).toBe(secret)
    }),
    RUNS,
  )
})

it('takes no proper prefix of a secret for a secret', () => {
  fc.assert(
    fc.property(secrets, (secret) => {
      for (const prefix of properPrefixes(secret)) {
        expect(parseSecret(prefix)).toBe(prefix.length > 16 ? 'wrong_length' : null)
      }
    }),
    { ...RUNS, numRuns: 30 },
  )
})

it('takes no secret with something before or after it for a secret', () => {
  fc.assert(
    fc.property(secrets, fc.string({ minLength: 1 }), (secret, more) => {
      expect(refused).toContain(parseSecret(secret + more))
      expect(refused).toContain(parseSecret(more + secret))
    }),
    RUNS,
  )
})

it.each([
  ['a line break behind it', (secret: string) => `${secret}\n`],
  ['a Windows line break behind it', (secret: string) => `${secret}\r\n`],
  ['a space before it', (secret: string) => ` ${secret}`],
  ['a no-break space', (secret: string) => `${secret}\u00a0`],
  ['quotation marks', (secret: string) => `"${secret}"`],
  ['typographic quotation marks', (secret: string) => `\u201c${secret}\u201d`],
  ['backquotes', (secret: string) => `\`${secret}\``],
  [
    'a zero-width space in it',
    (secret: string) => `${secret.slice(0, 30)}\u200b${secret.slice(30)}`,
  ],
  ['a byte order mark', (secret: string) => `\ufeff${secret}`],
  ['a line break in it, as of a mail', (secret: string) => `${secret.slice(0, 40)}=\n`],
])('tells what a secret has that is no part of it: %s', (how, damaged) => {
  const expected = how.endsWith('mail') ? null : 'surrounded'
  for (const secret of VECTORS) expect(parseSecret(damaged(secret))).toBe(expected)
})

it('tells that a secret was cut off, or that there is more behind it', () => {
  for (const secret of VECTORS) {
    expect(parseSecret(secret.slice(0, -1))).toBe('wrong_length')
    expect(parseSecret(`${secret}0`)).toBe('wrong_length')
    expect(parseSecret(secret + 'a'.repeat(200))).toBeNull()
  }
})

it('catches every single changed character', () => {
  const position = fc.nat({ max: 64 })
  const other = fc.oneof(
    fc.constantFrom(...BASE62, '_'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  )
  fc.assert(
    fc.property(secrets, position, other, (secret, at, char) => {
      fc.pre(secret.charAt(at) !== char)
      expect(refused).toContain(parseSecret(secret.slice(0, at) + char + secret.slice(at + 1)))
    }),
    { ...RUNS, numRuns: 2000 },
  )
})

it('catches every transposition of two neighbours', () => {
  fc.assert(
    fc.property(secrets, (secret) => {
      for (let at = 0; at < secret.length - 1; at++) {
        const [a, b] = [secret.charAt(at), secret.charAt(at + 1)]
        if (a === b) continue
        const swapped = secret.slice(0, at) + b + a + secret.slice(at + 2)
        expect(refused).toContain(parseSecret(swapped))
      }
    }),
    { ...RUNS, numRuns: 30 },
  )
})

it('calls a text of the right form mistyped, and one of another form no secret', () => {
  const [secret = ''] = VECTORS
  expect(parseSecret(`${secret.slice(0, -1)}I`)).toBe('mistyped')
  expect(parseSecret(secret.replace('pc_0', 'pc_1'))).toBe('mistyped')
  expect(parseSecret(secret.replace('pc_', 'pk_'))).toBeNull()
  expect(parseSecret(secret.toUpperCase())).toBeNull()
  expect(parseSecret(secret.replace('0_0', '0-0'))).toBeNull()
  expect(parseSecret('')).toBeNull()
})

it('never throws, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(refused).toContain(parseSecret(text))
    }),
    RUNS,
  )
})

it('shows the last four characters by which people tell secrets apart', () => {
  expect(hintOf(VECTORS[0] ?? '')).toBe('BaKH')
})
