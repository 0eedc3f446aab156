import { expect, it, vi } from 'vitest'
import { keyWrapping } from '../../src/crypto/key-wrapping.ts'
import { signingKeyMaker } from '../../src/crypto/signing-key-maker.ts'
import { ALGORITHMS } from '../../src/domain/signing-key.ts'
import { rings } from './rings.ts'

const wrapping = keyWrapping(rings.before)

/** The text with one character of its `part`th part changed. */
function garbled(wrapped: string, part: number, at: number): string {
  const parts = wrapped.split('.')
  const text = parts[part] ?? ''
  const other = text.charAt(at) === 'A' ? 'B' : 'A'
  return parts.with(part, text.slice(0, at) + other + text.slice(at + 1)).join('.')
}

it.each(ALGORITHMS)(
  'unwraps what it wrapped: an %s key that signs and cannot be read',
  async (algorithm) => {
    const { kid, wrappedKey } = await signingKeyMaker(wrapping).make(algorithm)
    const key = await wrapping.unwrap(wrappedKey, kid, algorithm)
    expect(key.type).toBe('private')
    expect(key.extractable).toBe(false)
    expect(key.usages).toEqual(['sign'])
    await expect(crypto.subtle.exportKey('pkcs8', key)).rejects.toThrow()
    await expect(crypto.subtle.exportKey('jwk', key)).rejects.toThrow()
  },
)

it('wraps a key differently each time', async () => {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ])
  const { privateKey } = pair as CryptoKeyPair
  const texts = [await wrapping.wrap(privateKey, 'kid'), await wrapping.wrap(privateKey, 'kid')]
  expect(new Set(texts.map((text) => text.split('.')[1])).size).toBe(2)
  expect(new Set(texts.map((text) => text.split('.')[2])).size).toBe(2)
})

it('unwraps no key under the id of another', async () => {
  const { kid, wrappedKey } = await signingKeyMaker(wrapping).make('ES256')
  await expect(wrapping.unwrap(wrappedKey, 'another', 'ES256')).rejects.toThrow()
  await expect(wrapping.unwrap(wrappedKey, kid.toLowerCase(), 'ES256')).rejects.toThrow()
})

it('unwraps no key that was altered or cut, wherever', async () => {
  const { kid, wrappedKey } = await signingKeyMaker(wrapping).make('ES256')
  const length = wrappedKey.split('.')[2]?.length ?? 0
  const altered = [
    ...[0, 8, 15].map((at) => garbled(wrappedKey, 1, at)),
    ...[0, 40, length - 30, length - 5].map((at) => garbled(wrappedKey, 2, at)),
    ...[-4, -24, -100].map((end) => wrappedKey.slice(0, end)),
    '',
    '..',
    '1..',
    '1.*.*',
    wrappedKey.split('.').toReversed().join('.'),
  ]
  for (const text of altered) await expect(wrapping.unwrap(text, kid, 'ES256')).rejects.toThrow()
})

it('unwraps no key as one of another algorithm', async () => {
  const { kid, wrappedKey } = await signingKeyMaker(wrapping).make('ES256')
  await expect(wrapping.unwrap(wrappedKey, kid, 'RS256')).rejects.toThrow()
})

it('unwraps keys of an older version while the wrapping key is rotated, and not after', async () => {
  const { kid, wrappedKey } = await signingKeyMaker(wrapping).make('ES256')
  const key = await keyWrapping(rings.rotating).unwrap(wrappedKey, kid, 'ES256')
  expect(key.type).toBe('private')
  await expect(keyWrapping(rings.after).unwrap(wrappedKey, kid, 'ES256')).rejects.toThrow(
    'KEY has no version 1',
  )
})

it('says that a text is not its own, and nothing where nobody can tell', async () => {
  const { kid, wrappedKey } = await signingKeyMaker(wrapping).make('ES256')
  expect(await wrapping.isAuthentic(wrappedKey, kid)).toBe(true)
  for (const text of ['', '1', '1.', '1.!.!', '1.AAAA.AAAA', wrappedKey.slice(1)]) {
    expect(await wrapping.isAuthentic(text, kid)).toBe(false)
  }
  const broken = vi.spyOn(crypto.subtle, 'unwrapKey').mockRejectedValue(new Error('no memory'))
  await expect(wrapping.isAuthentic(wrappedKey, kid)).rejects.toThrow('no memory')
  broken.mockRestore()
})

it('unwraps no key of another deployment', async () => {
  const { kid, wrappedKey } = await signingKeyMaker(wrapping).make('ES256')
  await expect(keyWrapping(rings.foreign).unwrap(wrappedKey, kid, 'ES256')).rejects.toThrow()
})
