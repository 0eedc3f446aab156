import { base64url, SignJWT } from 'jose'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { keyWrapping } from '../../src/crypto/key-wrapping.ts'
import { ownKeyProof } from '../../src/crypto/own-keys.ts'
import { tokenSigner } from '../../src/crypto/signer.ts'
import { signingKeyMaker } from '../../src/crypto/signing-key-maker.ts'
import { tokenVerifier } from '../../src/crypto/token-verifier.ts'
import type { Algorithm } from '../../src/domain/signing-key.ts'
import { claimsFor } from '../../src/domain/token.ts'
import { ISSUER, NOW, properPrefixes } from '../domain/arbitraries.ts'
import { rings } from './rings.ts'

const wrapping = keyWrapping(rings.before)
const verifier = tokenVerifier(ISSUER, async () => true)
const CLAIMS = claimsFor(
  { clientId: 'client_1', generation: 0, accessTokenLifetime: 43_200 },
  { audiences: ['https://api.example.com'], scopes: ['read'] },
  { issuer: ISSUER, jti: 'jti_1', now: NOW },
)

/** A new key, as D1 tells of it, and a way to sign anything at all with it. */
async function newKey(algorithm: Algorithm = 'ES256') {
  const made = await signingKeyMaker(wrapping).make(algorithm)
  const dates = { createdAt: NOW, activatesAt: NOW, retiresAt: null, revokedAt: null }
  const signer = tokenSigner({ all: async () => [{ ...made, algorithm, ...dates }] }, wrapping)
  const privateKey = await wrapping.unwrap(made.wrappedKey, made.kid, algorithm)
  const sign = (header: object, claims: object = CLAIMS) =>
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg: algorithm, typ: 'at+jwt', kid: made.kid, ...header })
      .sign(privateKey)
  const key = { ...made, algorithm, revoked: false }
  return { key, sign, token: await signer.sign(CLAIMS, made.kid) }
}

const encoded = (value: unknown) =>
  base64url.encode(typeof value === 'string' ? value : JSON.stringify(value))
const unsigned = (header: unknown, claims: unknown) => `${encoded(header)}.${encoded(claims)}.AAAA`
const HEADER = { alg: 'ES256', typ: 'at+jwt', kid: 'kid_1' }

it('reads of a token whose it is, which it is and which key it names', async () => {
  const { key, token } = await newKey()
  expect(verifier.reference(token)).toEqual({ clientId: 'client_1', jti: 'jti_1', kid: key.kid })
})

it.each(['ES256', 'RS256'] as const)(
  'verifies an %s token from its issue until it expires',
  async (algorithm) => {
    const { key, token } = await newKey(algorithm)
    expect(await verifier.verify(token, key, NOW)).toEqual(CLAIMS)
    expect(await verifier.verify(token, key, CLAIMS.exp - 1)).toEqual(CLAIMS)
    expect(await verifier.verify(token, key, CLAIMS.exp)).toBeNull()
  },
)

it('verifies no expired token that it sees for the first time', async () => {
  const { key, token } = await newKey()
  expect(await verifier.verify(token, key, CLAIMS.exp)).toBeNull()
  expect(await verifier.verify(token, key, CLAIMS.exp - 1)).toEqual(CLAIMS)
})

it('takes no proper prefix of a token', async () => {
  const { key, token } = await newKey()
  for (const prefix of properPrefixes(token)) {
    const isRead = verifier.reference(prefix) !== null
    expect(isRead && (await verifier.verify(prefix, key, NOW))).toBeFalsy()
    if (!prefix.startsWith(token.slice(0, token.lastIndexOf('.') + 2))) expect(isRead).toBe(false)
  }
})

it('takes no token whose unused last bits were changed', async () => {
  const { token } = await newKey()
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const bytes = base64url.decode(token.slice(token.lastIndexOf('.') + 1)).toString()
  const spellings = [...alphabet]
    .map((last) => token.slice(0, -1) + last)
    .filter((text) => base64url.decode(text.slice(text.lastIndexOf('.') + 1)).toString() === bytes)
  // 64 bytes leave four bits unused: 16 spellings of one signature, of which one is canonical.
  expect(spellings).toHaveLength(16)
  expect(spellings.filter((text) => verifier.reference(text) !== null)).toEqual([token])
})

it('takes no token with something before, after or within it', async () => {
  const { token } = await newKey()
  const [header = '', payload = '', signature = ''] = token.split('.')
  const others = [
    `${token}=`,
    `${token}==`,
    `${token}.`,
    `${token}.${signature}`,
    `.${token}`,
    ` ${token}`,
    `${token} `,
    `${token}\n`,
    token.replace('.', '..'),
    token.replace('.', '. '),
    `${header}.${payload}.`,
    `${header}..${signature}`,
    `.${payload}.${signature}`,
    `${header}=.${payload}.${signature}`,
    `${token}.a.b`,
    '',
    '.',
    '..',
    'a.b.c',
    'aaaa.aaaa.aaaa',
  ]
  expect(others.filter((text) => verifier.reference(text) !== null)).toEqual([])
})

it('takes nothing that is no access token of ours by its form', () => {
  expect(verifier.reference(unsigned(HEADER, CLAIMS))).not.toBeNull()
  const headers = [
    { typ: 'JWT' },
    { typ: 'application/at+jwt' },
    { typ: 1 },
    { typ: undefined },
    { kid: undefined },
    { kid: '' },
    { kid: 7 },
    { kid: 'k'.repeat(201) },
  ].map((fields): unknown => ({ ...HEADER, ...fields }))
  const claims = [
    { client_id: undefined },
    { client_id: '' },
    { client_id: ['a'] },
    { jti: undefined },
    { jti: 1 },
    { jti: 'j'.repeat(201) },
  ].map((fields): unknown => ({ ...CLAIMS, ...fields }))
  const notObjects = [null, [], 'text', 42, '{', '']
  for (const header of [...headers, ...notObjects])
    expect(verifier.reference(unsigned(header, CLAIMS))).toBeNull()
  for (const claim of [...claims, ...notObjects])
    expect(verifier.reference(unsigned(HEADER, claim))).toBeNull()
})

it('verifies no token that another key signed, or that was altered', async () => {
  const [{ key, token }, other] = await Promise.all([newKey(), newKey()])
  const [header = '', , signature = ''] = token.split('.')
  const raised = encoded({ ...CLAIMS, scope: 'clients:manage' })
  expect(await verifier.verify(other.token, key, NOW)).toBeNull()
  expect(await verifier.verify(`${header}.${raised}.${signature}`, key, NOW)).toBeNull()
  expect(await verifier.verify(await other.sign({ kid: key.kid }), key, NOW)).toBeNull()
})

it('verifies no token with `none`, a zero signature, or the public key as an HMAC key', async () => {
  const { key, token } = await newKey()
  const body = token.split('.').slice(1, 2).join()
  const header = (alg: string) => encoded({ ...HEADER, alg, kid: key.kid })
  const forged = [`${header('none')}.${body}.`, `${header('ES256')}.${body}.${'A'.repeat(86)}`]
  for (const secret of [key.publicJwk, '0'.repeat(32)]) {
    const hs256 = { alg: 'HS256', typ: 'at+jwt', kid: key.kid }
    forged.push(
      await new SignJWT({ ...CLAIMS })
        .setProtectedHeader(hs256)
        .sign(new TextEncoder().encode(secret)),
    )
  }
  for (const token of forged) expect(await verifier.verify(token, key, NOW)).toBeNull()
})

it('verifies no token of another kind, issuer or shape, though our key signed it', async () => {
  const { key, sign } = await newKey()
  expect(await verifier.verify(await sign({}), key, NOW)).toEqual(CLAIMS)
  const types = ['JWT', undefined, 'logout+jwt'].map((typ) => sign({ typ }))
  const values = [{ iss: 'https://evil.example' }, { sub: 'client_2' }].map((fields) =>
    sign({}, { ...CLAIMS, ...fields }),
  )
  const missing = Object.keys(CLAIMS).map((name) => sign({}, { ...CLAIMS, [name]: undefined }))
  const others = [...types, ...values, ...missing]
  for (const token of others) expect(await verifier.verify(await token, key, NOW)).toBeNull()
})

it('verifies no token whose header names a critical extension that we do not know', async () => {
  const { key, token } = await newKey()
  const [, payload = '', signature = ''] = token.split('.')
  const header = encoded({ ...HEADER, kid: key.kid, crit: ['exp'], exp: 1 })
  expect(await verifier.verify(`${header}.${payload}.${signature}`, key, NOW)).toBeNull()
})

it('takes names of up to 200 characters', () => {
  const longest = 'k'.repeat(200)
  const token = unsigned({ ...HEADER, kid: longest }, { ...CLAIMS, jti: longest })
  expect(verifier.reference(token)).toEqual({ clientId: 'client_1', jti: longest, kid: longest })
})

it('takes no part of a length that no bytes have', async () => {
  const { token } = await newKey()
  const [header = '', payload = '', signature = ''] = token.split('.')
  // 86 characters are 64 bytes; 85 and 89 do not encode a whole number of bytes.
  const cut = signature.slice(0, 85)
  expect(verifier.reference(`${header}.${payload}.${cut}`)).toBeNull()
  expect(verifier.reference(`${header}.${payload}.AAAAA`)).toBeNull()
  expect(verifier.reference(`${header}.${payload}.AAAAAA`)).not.toBeNull()
})

it('throws, and does not say no, where the key that D1 names cannot be used', async () => {
  const { key, token } = await newKey()
  const n =
    'ykM-KZIXuLhw7dgduTAc-2Pu9V4E8cuM_ZmtgXk2ZgFZOJ2G6lSV0H2bnNnYjLESfwhoFDQwY0FJs6rfdjCorzrBYDku5HJ7et5PBYvZkpoFlfT1lJBhvlos2jMTb-2BpGbzdobi5f8qfZjxWs09sMxJNWWRqjUclMPg9Qf7M0k'
  const tooShort = {
    kid: 'short',
    algorithm: 'RS256' as const,
    publicJwk: JSON.stringify({ kty: 'RSA', n, e: 'AQAB' }),
    wrappedKey: 'of nobody',
    revoked: false,
  }
  const forShort = `${encoded({ ...HEADER, alg: 'RS256' })}.${encoded(CLAIMS)}.AAAA`
  await expect(verifier.verify(forShort, tooShort, NOW)).rejects.toThrow(/2048/)
  await expect(verifier.isSignedBy(forShort, tooShort)).rejects.toThrow(/2048/)
  const garbled = { ...key, kid: 'garbled', publicJwk: '{' }
  await expect(verifier.verify(token, garbled, NOW)).rejects.toThrow(SyntaxError)
})

it('says whether our key signed a token, whatever the token says', async () => {
  const [{ key, sign, token }, other] = await Promise.all([newKey(), newKey()])
  const [header = '', , signature = ''] = token.split('.')
  const expired = await sign({ typ: 'JWT' }, { ...CLAIMS, iss: 'https://evil.example', exp: 1 })
  const forged = [other.token, `${header}.${encoded({ sub: 'a' })}.${signature}`, 'text', '']
  expect(await verifier.isSignedBy(token, key)).toBe(true)
  expect(await verifier.isSignedBy(expired, key)).toBe(true)
  for (const text of forged) expect(await verifier.isSignedBy(text, key)).toBe(false)
})

describe('a token that was verified before', () => {
  afterEach(() => vi.restoreAllMocks())

  it('is not verified again, but its time is looked at', async () => {
    const { key, token } = await newKey()
    const verify = vi.spyOn(crypto.subtle, 'verify')
    for (const _ of [1, 2, 3]) expect(await verifier.verify(token, key, NOW)).toEqual(CLAIMS)
    expect(verifier.reference(token)).toEqual({ clientId: 'client_1', jti: 'jti_1', kid: key.kid })
    expect(verify).toHaveBeenCalledTimes(1)
    expect(await verifier.verify(token, key, CLAIMS.exp)).toBeNull()
  })

  it('is one that D1 still names the same key and algorithm for', async () => {
    const { key, token } = await newKey()
    const other = await newKey()
    expect(await verifier.verify(token, key, NOW)).toEqual(CLAIMS)
    expect(await verifier.verify(token, { ...key, algorithm: 'RS256' }, NOW)).toBeNull()
    expect(await verifier.verify(token, other.key, NOW)).toBeNull()
    expect(await verifier.verify(token, key, NOW)).toEqual(CLAIMS)
  })

  it('is that very token: no other is known by it', async () => {
    const { key, sign, token } = await newKey()
    expect(await verifier.verify(token, key, NOW)).toEqual(CLAIMS)
    const [header, , signature] = token.split('.')
    const raised = (await sign({}, { ...CLAIMS, scope: 'read write' })).split('.')[1]
    expect(await verifier.verify(`${header}.${raised}.${signature}`, key, NOW)).toBeNull()
  })

  it('is nothing that was refused', async () => {
    const { key, token } = await newKey()
    const { key: foreign } = await newKey()
    expect(await verifier.verify(token, foreign, NOW)).toBeNull()
    expect(await verifier.verify(token, foreign, NOW)).toBeNull()
    expect(await verifier.verify(token, key, NOW)).toEqual(CLAIMS)
  })
})

it('takes no token by a key that is not ours, however good its signature', async () => {
  const { key, token } = await newKey()
  const stranger = tokenVerifier(ISSUER, async () => false)
  expect(await stranger.verify(token, key, NOW)).toBeNull()
  expect(await stranger.isSignedBy(token, key)).toBe(false)
  const cautious = tokenVerifier(ISSUER, ownKeyProof(wrapping))
  expect(await cautious.verify(token, key, NOW)).toEqual(CLAIMS)
  // The memory of the token does not make another row with its kid a key.
  const other = { ...(await newKey()).key, kid: key.kid }
  expect(await cautious.verify(token, other, NOW)).toBeNull()
})
