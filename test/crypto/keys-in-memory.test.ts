import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { keyWrapping } from '../../src/crypto/key-wrapping.ts'
import { tokenSigner } from '../../src/crypto/signer.ts'
import { signingKeyMaker } from '../../src/crypto/signing-key-maker.ts'
import { ownKeyProof } from '../../src/crypto/own-keys.ts'
import { sealedTexts } from '../../src/crypto/sealed-texts.ts'
import { secretVerifiers } from '../../src/crypto/secret-verifiers.ts'
import { tokenVerifier } from '../../src/crypto/token-verifier.ts'
import { claimsFor } from '../../src/domain/token.ts'
import { ISSUER, NOW } from '../domain/arbitraries.ts'
import { rings } from './rings.ts'

type Import = Parameters<SubtleCrypto['importKey']>
type Derive = Parameters<SubtleCrypto['deriveKey']>
type Unwrap = Parameters<SubtleCrypto['unwrapKey']>

const imports: Import[] = []
const derivations: Derive[] = []
const unwrapped: Unwrap[] = []

// Web Crypto itself does the work; what it is asked for is written down.
beforeEach(() => {
  imports.length = 0
  derivations.length = 0
  unwrapped.length = 0
  const { subtle } = crypto
  const [importKey, deriveKey] = [subtle.importKey.bind(subtle), subtle.deriveKey.bind(subtle)]
  const unwrapKey = subtle.unwrapKey.bind(subtle)
  vi.spyOn(subtle, 'importKey').mockImplementation((...asked: unknown[]) => {
    imports.push(asked as Import)
    return Reflect.apply(importKey, subtle, asked) as Promise<CryptoKey>
  })
  vi.spyOn(subtle, 'deriveKey').mockImplementation((...asked: unknown[]) => {
    derivations.push(asked as Derive)
    return Reflect.apply(deriveKey, subtle, asked) as Promise<CryptoKey>
  })
  vi.spyOn(subtle, 'unwrapKey').mockImplementation((...asked: unknown[]) => {
    unwrapped.push(asked as Unwrap)
    return Reflect.apply(unwrapKey, subtle, asked) as Promise<CryptoKey>
  })
})
afterEach(() => {
  vi.restoreAllMocks()
})

const isExtractable = ([, , , extractable]: Import | Derive) => extractable

it('keeps no secret of the deployment where anything could read it out again', async () => {
  await secretVerifiers(rings.before).make('0123456789AB', 'text')
  await signingKeyMaker(keyWrapping(rings.before)).make('ES256')
  // The pepper, what wraps the key, and the public key by which it is tried.
  expect(imports.map(isExtractable)).toEqual([false, false, false])
  expect(derivations.map((asked) => asked[3])).toEqual([false])
  const made = await signingKeyMaker(keyWrapping(rings.before)).make('ES256')
  await ownKeyProof(keyWrapping(rings.before))({ ...made, algorithm: 'ES256' })
  expect(unwrapped.map((asked) => asked[5])).toEqual([false, false, false])
})

it('derives the key of sealed texts once for each of its versions, and cannot read it out', async () => {
  const old = await sealedTexts(rings.before, 'one').seal('text')
  derivations.length = 0
  const texts = sealedTexts(rings.rotating, 'one')
  for (let i = 0; i < 2; i++) {
    expect(await texts.open(await texts.seal('text'))).toBe('text')
    expect(await texts.open(old)).toBe('text')
  }
  expect(derivations.map((asked) => asked[3])).toEqual([false, false])
})

it('imports a pepper once, and each of its versions by itself', async () => {
  const verifiers = secretVerifiers(rings.rotating)
  const old = await secretVerifiers(rings.before).make('0123456789AB', 'text')
  imports.length = 0
  for (let i = 0; i < 3; i++) {
    const fresh = await verifiers.make('0123456789AB', 'text')
    expect(await verifiers.matches('text', fresh)).toBe(true)
    expect(await verifiers.matches('text', old)).toBe(true)
  }
  expect(imports).toHaveLength(2)
})

it('derives a wrapping key once, and reads of D1 once the key with which it signs and verifies', async () => {
  const wrapping = keyWrapping(rings.before)
  const maker = signingKeyMaker(wrapping)
  const made = await maker.make('ES256')
  await maker.make('ES256')
  let reads = 0
  const dates = { createdAt: NOW, activatesAt: NOW, retiresAt: null, revokedAt: null }
  const all = async () => {
    reads++
    return [{ ...made, algorithm: 'ES256' as const, ...dates }]
  }
  const signer = tokenSigner({ all }, wrapping)
  const grant = { audiences: ['https://api.example.com'], scopes: ['read'] }
  const subject = { clientId: 'client_1', generation: 0, accessTokenLifetime: 60 }
  const claims = claimsFor(subject, grant, { issuer: ISSUER, jti: 'jti_1', now: NOW })
  const verifier = tokenVerifier(ISSUER, ownKeyProof(wrapping))
  const key = { ...made, algorithm: 'ES256' as const, revoked: false }
  const tokens = [await signer.sign(claims, made.kid), await signer.sign(claims, made.kid)]
  imports.length = 0
  for (const token of tokens) {
    expect(await verifier.verify(token, key, NOW)).toEqual(claims)
    expect(await verifier.isSignedBy(token, key)).toBe(true)
  }
  expect(derivations).toHaveLength(1)
  expect(reads).toBe(1)
  expect(imports).toHaveLength(1)
})
