import { expect, it, vi } from 'vitest'
import { readKeyRing } from '../../src/crypto/key-ring.ts'
import { sealedTexts } from '../../src/crypto/sealed-texts.ts'

const OLD = '1:an-old-key-of-the-tests-that-protects-nothing'
const NEW = '2:a-new-key-of-the-tests-that-protects-nothing'
const ring = (text: string) => readKeyRing('COOKIE_KEY', text)

const CONTENT = { fields: [['reason', 'SEC-881 Zürich']], n: 1 }

it('what is sealed is opened by the same key for the same purpose alone', async () => {
  const texts = sealedTexts(ring(OLD), 'one')
  const sealed = await texts.seal(CONTENT)
  expect(await texts.open(sealed)).toEqual(CONTENT)
  expect(await texts.seal(CONTENT)).not.toBe(sealed)
  expect(await sealedTexts(ring(OLD), 'other').open(sealed)).toBeNull()
  expect(await sealedTexts(ring(OLD.replace('old', 'bad')), 'one').open(sealed)).toBeNull()
})

it('a key that is being rotated still opens what the one before has sealed', async () => {
  const sealed = await sealedTexts(ring(OLD), 'one').seal(CONTENT)
  expect(await sealedTexts(ring(`${NEW},${OLD}`), 'one').open(sealed)).toEqual(CONTENT)
  expect(await sealedTexts(ring(NEW), 'one').open(sealed)).toBeNull()
})

it('nothing that was changed, and nothing else, is opened', async () => {
  const texts = sealedTexts(ring(OLD), 'one')
  const sealed = await texts.seal(CONTENT)
  const [version = '', nonce = '', text = ''] = sealed.split('.')
  const others = [
    '',
    '.',
    '..',
    version,
    `${version}.${nonce}`,
    `${version}.${nonce}.`,
    `${version}.${nonce}.A`,
    `${version}.${nonce}.${text}.x`,
    `9.${nonce}.${text}`,
    `${version}.${'A'.repeat(16)}.${text}`,
    ...[...text].slice(0, 40).map((letter, i) => {
      const other = letter === 'A' ? 'B' : 'A'
      return `${version}.${nonce}.${text.slice(0, i)}${other}${text.slice(i + 1)}`
    }),
  ]
  for (const other of others) expect([other, await texts.open(other)]).toEqual([other, null])
})

it('nothing is opened that was sealed with no key, under a version that is not there', async () => {
  const keyless = {
    name: 'KEY',
    current: { version: '9', key: '' },
    versions: new Map([['9', '']]),
  }
  const forged = await sealedTexts(keyless, 'one').seal(CONTENT)
  expect(await sealedTexts(keyless, 'one').open(forged)).toEqual(CONTENT)
  expect(await sealedTexts(ring(OLD), 'one').open(forged)).toBeNull()
})

it('nothing is called forged where nobody can tell', async () => {
  const texts = sealedTexts(ring(OLD), 'one')
  const sealed = await texts.seal(CONTENT)
  const broken = vi.spyOn(crypto.subtle, 'decrypt').mockRejectedValue(new Error('no memory'))
  await expect(texts.open(sealed)).rejects.toThrow('no memory')
  broken.mockRestore()
})

it('says much in little', async () => {
  const texts = sealedTexts(ring(OLD), 'one')
  const fields = Array.from({ length: 1000 }, (_, n) => ['permissions', `https://a thing${n}:read`])
  const sealed = await texts.seal(fields)
  expect(sealed.length).toBeLessThan(JSON.stringify(fields).length / 4)
  expect(await texts.open(sealed)).toEqual(fields)
})
