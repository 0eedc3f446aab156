import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { keyWrapping } from '../../src/crypto/key-wrapping.ts'
import {
  ownKeyProof,
  ownSigningKeys,
  provenOrOutage,
  strangeSigningKeys,
} from '../../src/crypto/own-keys.ts'
import { signingKeyMaker } from '../../src/crypto/signing-key-maker.ts'
import { ALGORITHMS, type Algorithm, type SigningKey } from '../../src/domain/signing-key.ts'
import { NOW } from '../domain/arbitraries.ts'
import { rings } from './rings.ts'

const wrapping = keyWrapping(rings.before)

async function newKey(
  algorithm: Algorithm = 'ES256',
  how = wrapping,
  dates: Partial<SigningKey> = {},
): Promise<SigningKey> {
  const made = await signingKeyMaker(how).make(algorithm)
  return {
    ...made,
    algorithm,
    createdAt: NOW,
    activatesAt: NOW,
    retiresAt: null,
    revokedAt: null,
    ...dates,
  }
}

let ours: SigningKey
beforeAll(async () => {
  ours = await newKey()
})

/** A public key of an attacker's, under its right name, and whatever they find for the private one. */
async function theirs(wrappedKey: string): Promise<SigningKey> {
  const { publicKey } = await generateKeyPair('ES256')
  const { crv, kty, x, y } = await exportJWK(publicKey)
  const publicJwk = JSON.stringify({ crv, kty, x, y })
  const kid = await calculateJwkThumbprint({ crv, kty, x, y } as Parameters<
    typeof calculateJwkThumbprint
  >[0])
  return { ...ours, kid, publicJwk, wrappedKey }
}

describe('a row of D1', () => {
  it.each(ALGORITHMS)(
    'is ours where WRAPPING_KEY wrapped it under its own name (%s)',
    async (algorithm) => {
      const key = await newKey(algorithm)
      const isOurs = ownKeyProof(wrapping)
      expect(await isOurs(key)).toBe(true)
      // By any version that is still there.
      expect(await ownKeyProof(keyWrapping(rings.rotating))(key)).toBe(true)
      expect(await ownKeyProof(keyWrapping(rings.after))(key)).toBe(false)
      expect(await ownKeyProof(keyWrapping(rings.foreign))(key)).toBe(false)
    },
  )

  it.each<[string, () => Promise<SigningKey>]>([
    ['has another public key', async () => ({ ...ours, publicJwk: (await theirs('')).publicJwk })],
    [
      'has our public key in another spelling',
      async () => ({ ...ours, publicJwk: ours.publicJwk.replace(',', ', ') }),
    ],
    [
      'has our public key and a member more',
      async () => ({ ...ours, publicJwk: ours.publicJwk.replace('{', '{"kid":"x",') }),
    ],
    ['has another name', async () => ({ ...ours, kid: 'theirs' })],
    ['has no private key', () => theirs('')],
    ['has a private key that is garbled', () => theirs('1.AAAAAAAAAAAAAAAA.AAAA')],
    ['has no base64 for it', () => theirs('1.?.?')],
    ['has our private key', () => theirs(ours.wrappedKey)],
    ['was wrapped by another deployment', () => newKey('ES256', keyWrapping(rings.foreign))],
    [
      'says that it was wrapped by a version that is not there',
      () => theirs(`9${ours.wrappedKey.slice(1)}`),
    ],
    [
      'has our private key, cut',
      async () => ({ ...ours, wrappedKey: ours.wrappedKey.slice(0, -2) }),
    ],
    ['is ours under another algorithm', async () => ({ ...ours, algorithm: 'RS256' as const })],
  ])('is not ours where it %s, though we were asked for ours before', async (_what, row) => {
    const isOurs = ownKeyProof(wrapping)
    expect(await isOurs(ours)).toBe(true)
    const other = await row()
    // The private part is proven once: a row that lost it afterwards is the same key.
    const isCut = other.wrappedKey !== ours.wrappedKey && other.kid === ours.kid
    expect(await isOurs(other)).toBe(isCut)
    expect(await ownKeyProof(wrapping)(other)).toBe(false)
  })

  it('is tried once, and again while it is not ours', async () => {
    let tried = 0
    const counting = {
      ...wrapping,
      isAuthentic: (...of: Parameters<typeof wrapping.isAuthentic>) => {
        tried++
        return wrapping.isAuthentic(...of)
      },
    }
    const isOurs = ownKeyProof(counting)
    for (let i = 0; i < 3; i++) expect(await isOurs(ours)).toBe(true)
    expect(tried).toBe(1)
    const stranger = await newKey('ES256', keyWrapping(rings.foreign))
    for (let i = 0; i < 3; i++) expect(await isOurs(stranger)).toBe(false)
    expect(tried).toBe(4)
  })
})

it('a row that cannot be tried is neither: nobody can tell', async () => {
  const broken = { ...wrapping, isAuthentic: () => Promise.reject(new Error('out of memory')) }
  await expect(ownKeyProof(broken)(ours)).rejects.toMatchObject({
    name: 'Unavailable',
    what: 'signing_key',
    message: expect.stringContaining('out of memory'),
  })
})

describe('the keys of D1', () => {
  const world = (...keys: SigningKey[]) => {
    const isOurs = ownKeyProof(wrapping)
    const reported: string[] = []
    const of = { stored: { all: async () => keys }, isOurs, now: () => NOW }
    const own = ownSigningKeys(of, (kid) => void reported.push(kid))
    return { own, reported, strange: strangeSigningKeys(of), proof: provenOrOutage(own, isOurs) }
  }
  const foreign = (dates: Partial<SigningKey> = {}) =>
    newKey('ES256', keyWrapping(rings.foreign), dates)

  it('are those that are ours; the others are told of once', async () => {
    const stranger = await foreign()
    const { own, reported, strange, proof } = world(ours, stranger)
    for (let i = 0; i < 2; i++) expect(await own.all()).toEqual([ours])
    expect(reported).toEqual([stranger.kid])
    expect(await strange.all()).toEqual([stranger])
    expect(await strange.published()).toEqual([stranger])
    expect(await proof(ours)).toBe(true)
    expect(await proof(stranger)).toBe(false)
  })

  it('are out of reach where there are some, and none is ours', async () => {
    const stranger = await foreign()
    const { own, strange, proof } = world(stranger)
    const why = 'none in D1 was wrapped by the WRAPPING_KEY that is configured'
    const outage = { what: 'signing_key', message: expect.stringContaining(why) }
    await expect(own.all()).rejects.toMatchObject(outage)
    await expect(proof(stranger)).rejects.toMatchObject(outage)
    expect(await strange.all()).toEqual([stranger])
  })

  it('are told of up to a hundred, however many somebody wrote', async () => {
    const stranger = await foreign()
    const many = Array.from({ length: 101 }, (_, n) => ({ ...stranger, kid: `kid_${n}` }))
    const { own, reported } = world(ours, ...many)
    for (let i = 0; i < 2; i++) await own.all()
    expect(reported).toEqual(many.slice(0, 100).map(({ kid }) => kid))
  })

  it('are none where there are none', async () => {
    const { own, strange } = world()
    expect(await own.all()).toEqual([])
    expect(await strange.published()).toEqual([])
  })

  it('that are over alarm nobody: they may outlive the version that wrapped them', async () => {
    const old = await foreign({ activatesAt: NOW - 90 * 86_400, createdAt: NOW - 90 * 86_400 })
    const followed = await newKey('ES256', wrapping, { activatesAt: NOW - 86_400 })
    const revoked = await foreign({ revokedAt: NOW - 1 })
    const { own, reported, strange } = world(old, revoked, followed)
    expect(await own.all()).toEqual([followed])
    expect(reported).toEqual([])
    expect(await strange.published()).toEqual([])
    expect(await strange.all()).toEqual([old, revoked])
  })
})
