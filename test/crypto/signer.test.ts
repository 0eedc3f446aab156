import {
  calculateJwkThumbprint,
  decodeJwt,
  decodeProtectedHeader,
  importJWK,
  type JWK,
  jwtVerify,
} from 'jose'
import { expect, it } from 'vitest'
import { keyWrapping } from '../../src/crypto/key-wrapping.ts'
import { tokenSigner } from '../../src/crypto/signer.ts'
import { signingKeyMaker } from '../../src/crypto/signing-key-maker.ts'
import { Unavailable } from '../../src/domain/errors.ts'
import { ALGORITHMS, type Algorithm, type SigningKey } from '../../src/domain/signing-key.ts'
import { claimsFor } from '../../src/domain/token.ts'
import { tokenLength } from '../../src/domain/token-size.ts'
import { ISSUER, NOW } from '../domain/arbitraries.ts'
import { rings } from './rings.ts'

const wrapping = keyWrapping(rings.before)
const CLAIMS = claimsFor(
  { clientId: 'client_1', generation: 0, accessTokenLifetime: 60 },
  { audiences: ['https://api.example.com'], scopes: ['read'] },
  { issuer: ISSUER, jti: 'jti_1', now: NOW },
)

async function storedKey(algorithm: Algorithm = 'ES256'): Promise<SigningKey> {
  const made = await signingKeyMaker(wrapping).make(algorithm)
  return { ...made, algorithm, createdAt: NOW, activatesAt: NOW, retiresAt: null, revokedAt: null }
}

const signerOf = (keys: SigningKey[], how = wrapping) => tokenSigner({ all: async () => keys }, how)

it.each(ALGORITHMS)('signs %s tokens that verify with the published key', async (algorithm) => {
  const [other, key] = [await storedKey(), await storedKey(algorithm)]
  const token = await signerOf([other, key]).sign(CLAIMS, key.kid)
  const publicKey = await importJWK(JSON.parse(key.publicJwk) as JWK, algorithm)
  const { payload } = await jwtVerify(token, publicKey, { currentDate: new Date(NOW * 1000) })
  expect(payload).toEqual(CLAIMS)
  expect(decodeProtectedHeader(token)).toEqual({ alg: algorithm, typ: 'at+jwt', kid: key.kid })
})

it.each(ALGORITHMS)('signs %s tokens that are as long as was foretold', async (algorithm) => {
  const key = await storedKey(algorithm)
  for (const scopes of [['read'], ['read', 'write'], ['r'], ['re']]) {
    const claims = { ...CLAIMS, scope: scopes.join(' ') }
    const token = await signerOf([key]).sign(claims, key.kid)
    expect(token).toHaveLength(tokenLength(claims, algorithm))
  }
})

it.each(ALGORITHMS)(
  'names each %s key by its thumbprint, and publishes nothing private',
  async (algorithm) => {
    const key = await storedKey(algorithm)
    const jwk = JSON.parse(key.publicJwk) as JWK
    expect(await calculateJwkThumbprint(jwk)).toBe(key.kid)
    const members = { ES256: ['crv', 'kty', 'x', 'y'], RS256: ['e', 'kty', 'n'] }
    expect(Object.keys(jwk).sort()).toEqual(members[algorithm])
    expect(key.wrappedKey).not.toContain('PRIVATE')
  },
)

it('makes RSA keys of 2,048 bits', async () => {
  const { n = '' } = JSON.parse((await storedKey('RS256')).publicJwk) as JWK
  expect(n).toHaveLength(Math.ceil((256 * 8) / 6))
})

it('signs with no key that is not stored', async () => {
  const signer = signerOf([await storedKey()])
  await expect(signer.sign(CLAIMS, 'kid_unknown')).rejects.toThrow(Unavailable)
  await expect(signer.load('kid_unknown')).rejects.toThrow(Unavailable)
  const failure = { what: 'signing_key', message: expect.stringMatching(/not in D1/) }
  await expect(signer.sign(CLAIMS, 'kid_unknown')).rejects.toMatchObject(failure)
})

it('signs with no key that has not the name of its public key', async () => {
  const [key, other] = [await storedKey(), await storedKey()]
  const signer = signerOf([{ ...key, publicJwk: other.publicJwk }])
  const says = 'the kid of the active key does not match its public key'
  const failure = { what: 'signing_key', message: expect.stringContaining(says) }
  await expect(signer.sign(CLAIMS, key.kid)).rejects.toMatchObject(failure)
  await expect(signer.load(key.kid)).rejects.toMatchObject(failure)
})

it('asks for a key once, and for that of a list each time', async () => {
  const key = await storedKey()
  let asked = 0
  const all = async () => {
    asked++
    return [key]
  }
  const signer = tokenSigner({ all }, wrapping)
  for (let i = 0; i < 2; i++) await signer.load(key.kid)
  await signer.sign(CLAIMS, key.kid)
  expect(asked).toBe(1)
  for (let i = 0; i < 2; i++) {
    const list = await signer.signList({ sub: 'list' }, key.kid)
    const header = { alg: 'ES256', typ: 'statuslist+jwt', kid: key.kid }
    expect(decodeProtectedHeader(list)).toEqual(header)
    expect(decodeJwt(list)).toEqual({ sub: 'list' })
  }
  expect(asked).toBe(3)
})

it('is out of reach, and signs nothing, where the key cannot be unwrapped', async () => {
  const key = await storedKey()
  const broken = [
    signerOf([{ ...key, wrappedKey: '' }]),
    signerOf([{ ...key, wrappedKey: '1.!!!.???' }]),
    signerOf([{ ...key, wrappedKey: (await storedKey()).wrappedKey }]),
    signerOf([{ ...key, algorithm: 'RS256' }]),
    signerOf([key], keyWrapping(rings.after)),
    signerOf([key], keyWrapping(rings.foreign)),
  ]
  for (const signer of broken) {
    const message = expect.stringMatching(/cannot be unwrapped \(.+\)/)
    const failure = expect.objectContaining({ name: 'Unavailable', what: 'signing_key', message })
    await expect(signer.sign(CLAIMS, key.kid)).rejects.toEqual(failure)
    await expect(signer.load(key.kid)).rejects.toEqual(failure)
  }
})

it('signs again as soon as the key can be unwrapped', async () => {
  const key = await storedKey()
  const stored: SigningKey[] = []
  const signer = signerOf(stored)
  await expect(signer.sign(CLAIMS, key.kid)).rejects.toThrow(Unavailable)
  stored.push(key)
  expect(decodeProtectedHeader(await signer.sign(CLAIMS, key.kid)).kid).toBe(key.kid)
})
