import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseKeySet } from '../../src/crypto/key-set-parser.ts'

const jwks: Record<string, JWK> = {}
beforeAll(async () => {
  for (const alg of ['ES256', 'ES384', 'EdDSA', 'RS256', 'ES512']) {
    const { publicKey } = await generateKeyPair(alg, { extractable: true })
    jwks[alg] = await exportJWK(publicKey)
  }
})

describe('of a key set', () => {
  it('the keys for signatures are taken, with the name and the algorithm that they have', async () => {
    const members = [
      { ...jwks['ES256'], kid: 'a', use: 'sig' },
      { ...jwks['ES384'], alg: 'ES384' },
      { ...jwks['EdDSA'], alg: 'Ed25519' },
      { ...jwks['RS256'], kid: 'r' },
      { ...jwks['RS256'], alg: 'PS256', x5c: ['AA=='] },
    ]
    const keys = await parseKeySet({ keys: members })
    expect(keys).toMatchObject([
      { kid: 'a', alg: null, jwk: { crv: 'P-256' } },
      { kid: null, alg: 'ES384' },
      { kid: null, alg: 'EdDSA' },
      { kid: 'r', alg: null, jwk: { e: 'AQAB' } },
      { kid: null, alg: 'PS256' },
    ])
    expect(Object.keys((keys as { jwk: object }[])[4]?.jwk ?? {})).toEqual(['e', 'kty', 'n'])
  })

  it('the keys for JWT-SVIDs of a SPIFFE bundle are taken, and those of its certificates left out', async () => {
    const bundle = {
      keys: [
        { ...jwks['ES256'], use: 'x509-svid', x5c: ['AA=='] },
        { ...jwks['ES256'], use: 'jwt-svid', kid: 'svid' },
      ],
      spiffe_sequence: 12,
      spiffe_refresh_hint: 300,
    }
    const keys = await parseKeySet(bundle)
    expect(keys).toMatchObject([{ kid: 'svid' }])
    expect(keys).toHaveLength(1)
  })

  it.each([
    ['for encryption', () => ({ ...jwks['RS256'], use: 'enc' })],
    ['for other operations', () => ({ ...jwks['RS256'], key_ops: ['encrypt'] })],
    ['for another algorithm', () => ({ ...jwks['RS256'], alg: 'RSA-OAEP' })],
    ['for an algorithm of another kind', () => ({ ...jwks['RS256'], alg: 'ES256' })],
    ['for none', () => ({ ...jwks['ES256'], alg: 'none' })],
    ['on another curve', () => jwks['ES512']],
    ['of an unknown kind', () => ({ kty: 'AKP', pub: 'AA' })],
    ['that is weak', () => ({ kty: 'RSA', n: 'AQAB', e: 'AQAB' })],
    ['with another exponent', () => ({ ...jwks['RS256'], e: 'Aw' })],
    ['off its curve', () => ({ ...jwks['ES256'], x: jwks['ES256']?.y })],
    ['without a number', () => ({ kty: 'EC', crv: 'P-256', x: jwks['ES256']?.x })],
    ['with a number for a name', () => ({ ...jwks['ES256'], kid: 7 })],
  ])('a key %s is left out, and the others count', async (_, member) => {
    const keys = await parseKeySet({ keys: [member(), { ...jwks['ES256'], kid: 'good' }] })
    expect(keys).toMatchObject([{ kid: 'good' }])
    expect(keys).toHaveLength(1)
  })

  it.each([
    ['a private EC key', () => ({ ...jwks['ES256'], d: 'AA' })],
    ['a prime of an RSA key', () => ({ ...jwks['RS256'], p: 'AA' })],
    ['a symmetric key', () => ({ kty: 'oct', k: 'AA' })],
    ['a symmetric key under another kind', () => ({ ...jwks['RS256'], k: 'AA' })],
  ])('nothing counts where it has %s', async (_, member) => {
    const keys = await parseKeySet({ keys: [jwks['ES256'], member()] })
    expect(keys).toBe('it has a private or symmetric key')
  })

  it('30 keys are taken, and none of more', async () => {
    const many = (n: number) => ({ keys: Array.from({ length: n }, () => jwks['ES256']) })
    expect(await parseKeySet(many(30))).toHaveLength(30)
    expect(await parseKeySet(many(31))).toBe('it has more than 30 keys')
  })

  it.each([null, 'keys', [], {}, { keys: {} }, { keys: ['a'] }, { keys: [null] }, { keys: [[]] }])(
    'nothing is taken where it is none: %j',
    async (document) => {
      expect(await parseKeySet(document)).toBe('it is not a key set')
    },
  )
})
