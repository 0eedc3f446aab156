import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { secretVerifiers } from '../../src/crypto/secret-verifiers.ts'
import { formatSecret } from '../../src/domain/secret-text.ts'
import { base62Text, properPrefixes, RUNS } from '../domain/arbitraries.ts'
import { rings } from './rings.ts'

const FEW = { ...RUNS, numRuns: 30 }
const KEY_ID = '0123456789AB'
const SECRET = formatSecret(KEY_ID, 'x'.repeat(43))
const secret = base62Text(43).map((random) => formatSecret(KEY_ID, random))
const [before, rotating, after, foreign] = [
  secretVerifiers(rings.before),
  secretVerifiers(rings.rotating),
  secretVerifiers(rings.after),
  secretVerifiers(rings.foreign),
]

it('recognises the secret that a verifier was made of, and no other', async () => {
  await fc.assert(
    fc.asyncProperty(secret, secret, async (one, other) => {
      const verifier = await before.make(KEY_ID, one)
      expect(await before.matches(one, verifier)).toBe(true)
      expect(await before.matches(other, verifier)).toBe(one === other)
    }),
    FEW,
  )
})

it('recognises no proper prefix of a secret', async () => {
  const verifier = await before.make(KEY_ID, SECRET)
  const matches = properPrefixes(SECRET).map((prefix) => before.matches(prefix, verifier))
  expect(await Promise.all(matches)).not.toContain(true)
})

it('keeps nothing of the secret but its key id', async () => {
  const verifier = await before.make(KEY_ID, SECRET)
  expect(verifier).toEqual({
    keyId: KEY_ID,
    digest: expect.stringMatching(/^[0-9A-Za-z_-]{43}$/),
    pepperVersion: '1',
  })
  expect(JSON.stringify(verifier)).not.toContain(SECRET.slice(16))
})

it('matches nothing where there is no verifier', async () => {
  expect(await before.matches(SECRET, null)).toBe(false)
  expect(await before.matches('', null)).toBe(false)
})

it('matches nothing where the verifier is garbled, and is no error', async () => {
  const { digest, ...verifier } = await before.make(KEY_ID, SECRET)
  for (const garbled of [
    '',
    '!',
    digest.slice(1),
    `${digest}=`,
    digest.toLowerCase(),
    'ü'.repeat(43),
  ]) {
    expect(await before.matches(SECRET, { ...verifier, digest: garbled })).toBe(false)
  }
})

it('still recognises a secret under an older pepper, and calls its verifier outdated', async () => {
  const old = await before.make(KEY_ID, SECRET)
  expect(await rotating.matches(SECRET, old)).toBe(true)
  expect([before.isOutdated(old), rotating.isOutdated(old)]).toEqual([false, true])
  const fresh = await rotating.make(KEY_ID, SECRET)
  expect(fresh.pepperVersion).toBe('2')
  expect(rotating.isOutdated(fresh)).toBe(false)
  expect(await after.matches(SECRET, fresh)).toBe(true)
})

it('throws, and does not say no, where the pepper of a verifier is missing', async () => {
  const old = await before.make(KEY_ID, SECRET)
  await expect(after.matches(SECRET, old)).rejects.toThrow('KEY has no version 1')
  const failure = expect.objectContaining({ name: 'Unavailable', what: 'configuration' })
  await expect(after.matches(SECRET, old)).rejects.toEqual(failure)
})

it('recognises nothing with the pepper of another deployment', async () => {
  const verifier = await before.make(KEY_ID, SECRET)
  expect(await foreign.matches(SECRET, verifier)).toBe(false)
})

it('matches nothing where the digest was cut short or emptied', async () => {
  const verifier = await before.make(KEY_ID, SECRET)
  for (const digest of ['', verifier.digest.slice(0, 2), verifier.digest.slice(0, -4)]) {
    expect(await before.matches(SECRET, { ...verifier, digest })).toBe(false)
  }
})

const HASHES: [secret: string, hash: string][] = [
  // By OpenSSL, through Node's pbkdf2.
  [
    'hydra-client-secret-1',
    '$pbkdf2-sha256$i=25000,l=32$MDEyMzQ1Njc4OWFiY2RlZg$YH2NJzrh+AsFL10LOzu1IQJuIsLdWbelRlVHSrEdMvM',
  ],
  [
    'another-secret-of-hydra',
    '$pbkdf2-sha512$i=1000,l=64$ZmVkY2JhOTg3NjU0MzIxMA$Fs9Jc/bR4ejJ2UNWFocFiyzwsg9w3vVF8soRAdVpCNFkbh6vqyx5ULczbrD5THaGHF71P/VXNWhGuXcUEI/b2w',
  ],
]

it.each(HASHES)('recognises %s by the hash that another server made', async (text, hash) => {
  const verifier = await before.keep(KEY_ID, hash)
  expect(await rotating.matches(text, verifier)).toBe(true)
  for (const other of [`${text} `, text.slice(1), hash, '']) {
    expect(await before.matches(other, verifier)).toBe(false)
  }
  expect(before.isOutdated(verifier)).toBe(true)
})

it('keeps the hash of another server for one key id, and only for its own deployment', async () => {
  const [[text, hash] = ['', '']] = HASHES
  const verifier = await before.keep(KEY_ID, hash)
  expect(await before.matches(text, { ...verifier, keyId: 'another' })).toBe(false)
  expect(await foreign.matches(text, verifier)).toBe(false)
  expect(await before.matches(text, { ...verifier, digest: `$${hash}` })).toBe(false)
})
