import { expect, it } from 'vitest'
import { keyedHashes } from '../../src/crypto/keyed-hashes.ts'
import { rings } from './rings.ts'

const hashes = (ring: keyof typeof rings, purpose = 'idempotency') =>
  keyedHashes(rings[ring], purpose)

it('hashes a text under each version of the key, the newest first', async () => {
  const [old] = await hashes('before').of('text')
  const [fresh] = await hashes('after').of('text')
  expect(old).toMatch(/^[0-9A-Za-z_-]{43}$/)
  expect(await hashes('before').of('text')).toEqual([old])
  expect(await hashes('rotating').of('text')).toEqual([fresh, old])
})

it('has other hashes for another text, purpose and deployment', async () => {
  const all = await Promise.all([
    hashes('before').of('text'),
    hashes('before').of('text '),
    hashes('before', 'another').of('text'),
    hashes('foreign').of('text'),
  ])
  expect(new Set(all.flat()).size).toBe(4)
})
