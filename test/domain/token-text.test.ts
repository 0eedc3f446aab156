import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { readTokenText } from '../../src/domain/token-text.ts'
import { RUNS } from './arbitraries.ts'

const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
const encoded = (text: string) => base64url(new TextEncoder().encode(text))
const tokenOf = (header: unknown, claims: unknown) =>
  `${encoded(JSON.stringify(header))}.${encoded(JSON.stringify(claims))}.sig`
const HEADER = { alg: 'ES256' }
const CLAIMS = { sub: 'client_1' }

it('reads header and claims, whatever is in them', () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue({ stringUnit: 'grapheme' }))
  fc.assert(
    fc.property(object, object, (header, claims) => {
      const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
      const read = readTokenText(tokenOf(header, claims))
      expect(JSON.stringify(read)).toBe(JSON.stringify(plain({ header, claims })))
    }),
    RUNS,
  )
})

it('reads what only base64url spells otherwise than base64', () => {
  const claims = { a: 'ÿþ?>~', b: 'ûï¾' }
  const token = tokenOf(HEADER, claims)
  expect(token).toMatch(/-.*_|_.*-/)
  expect(readTokenText(token)).toEqual({ header: HEADER, claims })
})

it.each(['', 'a', 'a.b', 'a.b.c.d', `${tokenOf(HEADER, CLAIMS)}.`])(
  'calls %j no three parts',
  (text) => {
    expect(readTokenText(text)).toBe('not_three_parts')
  },
)

it.each([null, [], ['a'], 'text', 42, true])('takes %j for no header and no claims', (value) => {
  expect(readTokenText(tokenOf(value, CLAIMS))).toBe('not_json')
  expect(readTokenText(tokenOf(HEADER, value))).toBe('not_json')
})

it('takes nothing for JSON that is no base64url, no UTF-8 or no JSON', () => {
  const good = encoded(JSON.stringify(CLAIMS))
  const bad = [
    '!',
    encoded('{'),
    encoded(''),
    // A byte that begins no character, within a text that would be JSON without it.
    base64url(new Uint8Array([...new TextEncoder().encode('{"a":"'), 0xff, 0x22, 0x7d])),
    // JSON begins with no byte order mark (RFC 8259 §8.1), and here none is dropped in silence.
    base64url(new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d])),
  ]
  for (const part of bad) {
    expect(readTokenText(`${part}.${good}.sig`)).toBe('not_json')
    expect(readTokenText(`${good}.${part}.sig`)).toBe('not_json')
  }
})

it('does not look at the signature', () => {
  const token = tokenOf(HEADER, CLAIMS).replace('sig', '!!!')
  expect(readTokenText(token)).toEqual({ header: HEADER, claims: CLAIMS })
})
