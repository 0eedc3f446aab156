import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readLookupText } from '../../src/domain/lookup-text.ts'
import { formatSecret, KEY_ID_LENGTH, RANDOM_LENGTH } from '../../src/domain/secret-text.ts'
import { base62Text } from './arbitraries.ts'

const SECRET = 'pc_BnGiZaWnx3Kv_IArCX79fdptTSUYZiouKGs5QJJ4PEyUFLmDTpdevlIz00wjsm'
const KEY_ID = { by: 'key_id', value: 'BnGiZaWnx3Kv' }
const TOKEN = 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2EifQ.c2lnbmF0dXJl'

describe('a secret', () => {
  it('is found whole, alone or within a line, and looked up by its key id alone', () => {
    fc.assert(
      fc.property(base62Text(KEY_ID_LENGTH), base62Text(RANDOM_LENGTH), (keyId, random) => {
        const secret = formatSecret(keyId, random)
        for (const text of [secret, `\n ${secret}\n`, `CLIENT_SECRET="${secret}" # prod`]) {
          const keys = [{ by: 'key_id', value: keyId }]
          expect(readLookupText(text)).toMatchObject({ kind: 'secret', whole: secret, keys })
        }
      }),
    )
  })

  it.each([
    ['mistyped', `${SECRET.slice(0, -1)}X`, 'mistyped'],
    ['cut off', SECRET.slice(0, 40), 'wrong_length'],
    ['alone with its key id', 'pc_BnGiZaWnx3Kv', null],
    ['within a line, cut off', `secret=${SECRET.slice(0, 30)} and more`, 'wrong_length'],
  ])('that is %s is only a part', (_what, text, damage) => {
    expect(readLookupText(text)).toEqual({ kind: 'secret', whole: null, damage, keys: [KEY_ID] })
  })

  it('with line breaks and quotation marks in it is whole all the same', () => {
    const wrapped = `"${SECRET.slice(0, 30)}\n${SECRET.slice(30)}"`
    const found = { whole: SECRET, damage: 'surrounded', keys: [KEY_ID] }
    expect(readLookupText(wrapped)).toEqual({ kind: 'secret', ...found })
  })

  it('as a page shows it, or by the beginning of its key id, is looked up by that beginning', () => {
    const keys = [{ by: 'key_id', value: 'BnGiZa' }]
    for (const text of ['pc_BnGiZa…wjsm', 'pc_BnGiZa']) {
      expect(readLookupText(text)).toMatchObject({ kind: 'secret', whole: null, keys })
    }
  })
})

describe('a token', () => {
  it.each([
    ['alone', TOKEN],
    ['behind Bearer', `Authorization: Bearer ${TOKEN}`],
    ['within a line of a log', `GET / 200 token=${TOKEN}; 3 ms`],
    ['with broken lines', ` ${TOKEN.slice(0, 9)}\n${TOKEN.slice(9, 40)}\r\n${TOKEN.slice(40)} `],
    ['with a secret behind it', `${TOKEN} ${SECRET}`],
  ])('is found %s', (_where, text) => {
    expect(readLookupText(text)).toEqual({ kind: 'access_token', token: TOKEN })
  })

  it('that was cut off is one too', () => {
    expect(readLookupText(TOKEN.slice(0, 30))).toMatchObject({ kind: 'access_token' })
  })
})

const by = (text: string) => {
  const read = readLookupText(text)
  return read.kind === 'name' ? read.keys.map((key) => `${key.by} ${key.value}`) : read.kind
}

describe('a name', () => {
  const hex = Array.from({ length: 32 }, (_, i) => i.toString(16).padStart(2, '0'))
  const thumbprint = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'

  it.each([
    ['client_7Hq2mXr9Tn4cVb1LwKs8Yd', ['client_id client_7Hq2mXr9Tn4cVb1LwKs8Yd']],
    ['…wjsm', ['hint wjsm']],
    ['***wjsm', ['hint wjsm']],
    [
      'BnGiZaWnx3Kv',
      ['kid BnGiZaWnx3Kv', 'key_id BnGiZaWnx3Kv', 'hint x3Kv', 'client_id BnGiZaWnx3Kv'],
    ],
    ['secret_a1', ['kid secret_a1', 'credential_id secret_a1', 'client_id secret_a1']],
    [
      '0123456789012345678901',
      [
        'kid 0123456789012345678901',
        'jti 0123456789012345678901',
        'hint 8901',
        'client_id 0123456789012345678901',
      ],
    ],
    ['deploy key-1', ['kid deploykey-1', 'client_id deploykey-1']],
    ['a "secret" of/others~1', ['kid asecretof/others~1', 'hint rs~1']],
    ['…rs~1', ['hint rs~1']],
    [
      thumbprint,
      [`kid ${thumbprint}`, 'hint dHh8', `thumbprint ${thumbprint}`, `client_id ${thumbprint}`],
    ],
  ])('%s is looked up as what it may be', (text, keys) => {
    expect(by(text)).toEqual(keys)
  })

  it('is a thumbprint in hexadecimal too, as OpenSSL writes one', () => {
    for (const text of [hex.join(':').toUpperCase(), `sha256 Fingerprint=${hex.join(':')}`]) {
      expect(by(text)).toContain(`thumbprint ${thumbprint}`)
    }
  })

  it('is not looked for if it is longer than any', () => {
    expect(by('x'.repeat(201))).toEqual([])
  })
})
