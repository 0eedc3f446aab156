import { exportJWK, exportSPKI, generateKeyPair, type JWK } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { algorithmOf, publicKeyReader } from '../../src/crypto/public-key-reader.ts'
import type { AssertionAlgorithm, PublicJwk } from '../../src/domain/public-key.ts'
import { PUBLIC_JWK } from '../support/client-keys.ts'

const PRIVATE = 'so treat it as leaked and replace it'
const KINDS = 'must be an EC key (P-256 or P-384), an Ed25519 key or an RSA key'
const KID = 'must have a kid of 1 to 200 printable ASCII characters without spaces, or none'

const ALGORITHMS = ['ES256', 'ES384', 'EdDSA', 'RS256'] as const
const jwks: Record<string, JWK> = {}
const pems: Record<string, string> = {}
beforeAll(async () => {
  for (const algorithm of ALGORITHMS) {
    const { publicKey } = await generateKeyPair(algorithm, { extractable: true })
    jwks[algorithm] = await exportJWK(publicKey)
    pems[algorithm] = await exportSPKI(publicKey)
  }
})

const read = (jwk: unknown, algorithm?: AssertionAlgorithm) =>
  publicKeyReader.read({ jwk: jwk as PublicJwk }, algorithm)

describe('a public key', () => {
  it.each(ALGORITHMS)('is the same from its JWK and from its PEM: %s', async (algorithm) => {
    const [jwk, pem] = [jwks[algorithm], pems[algorithm] ?? '']
    const fromJwk = await read({ ...jwk, alg: undefined, ext: true, use: 'sig' })
    expect(fromJwk).toMatchObject({ algorithm, jwk })
    expect(await publicKeyReader.read({ pem: `\n ${pem.replaceAll('\n', '\r\n')} ` })).toEqual(
      fromJwk,
    )
    expect(algorithmOf(jwk as PublicJwk)).toBe(algorithm)
  })

  it.each([
    ['RS256', 'RS256', undefined],
    ['RS256', 'PS256', undefined],
    ['RS256', 'RS384', undefined],
    ['RS256', undefined, 'RS384'],
    ['RS256', undefined, 'PS256'],
    ['RS256', 'PS256', 'PS256'],
    ['EdDSA', 'Ed25519', undefined],
    ['EdDSA', 'Ed25519', 'EdDSA'],
    ['EdDSA', 'EdDSA', undefined],
  ] as const)('of %s that says %s, where %s is asked for', async (kind, alg, wanted) => {
    const says = alg === undefined ? jwks[kind] : { ...jwks[kind], alg }
    const algorithm = wanted ?? (alg === 'Ed25519' ? 'EdDSA' : alg)
    expect(await read(says, wanted)).toMatchObject({ algorithm })
  })

  it('has the name that it says, or its thumbprint (RFC 7638)', async () => {
    const thumbprint = 'cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s'
    expect(await read(PUBLIC_JWK)).toMatchObject({ kid: thumbprint, thumbprint })
    for (const kid of ['!', '~', 'k'.repeat(200)]) {
      expect(await read({ ...PUBLIC_JWK, kid })).toMatchObject({ kid, thumbprint })
    }
  })

  it('may be for verifying among other operations', async () => {
    const key_ops = ['encrypt', 'verify']
    expect(await read({ ...PUBLIC_JWK, key_ops })).toMatchObject({ algorithm: 'ES256' })
  })
})

describe('a JWK that is refused', () => {
  it.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'])(
    'has a private member: %s',
    async (name) => {
      const says = `must be a public key: this one has private members, ${PRIVATE}`
      expect(await read({ ...PUBLIC_JWK, [name]: 'AA' })).toBe(says)
    },
  )

  it.each<[string, object, string]>([
    ['a symmetric kind', { kty: 'oct' }, `must be a public key: this one has private members`],
    ['another use', { use: 'enc' }, 'must be for signatures: its use is not sig'],
    [
      'other operations',
      { key_ops: ['sign'] },
      'must be for verifying: its key_ops do not have verify',
    ],
    [
      'no list of operations',
      { key_ops: 'verify' },
      'must be for verifying: its key_ops do not have verify',
    ],
    ['a kid that is no text', { kid: 7 }, KID],
    ['an empty kid', { kid: '' }, KID],
    ['a kid with a space before it', { kid: ' a' }, KID],
    ['a kid with a space behind it', { kid: 'a ' }, KID],
    ['a kid beyond ASCII', { kid: 'ä' }, KID],
    ['a kid too long', { kid: 'k'.repeat(201) }, KID],
    ['another curve', { crv: 'secp256k1' }, KINDS],
    ['a curve of another kind', { crv: 'Ed25519' }, KINDS],
    ['another kind', { kty: 'OKP' }, KINDS],
    ['another algorithm', { alg: 'RS256' }, 'must be for ES256'],
    ['no number', { y: undefined }, 'must have crv, kty, x, y'],
    ['a number that is no text', { y: 7 }, 'must have crv, kty, x, y'],
    ['a number in base64', { x: `${PUBLIC_JWK.x}=` }, 'must have its numbers in base64url'],
    [
      'a number of another key',
      { x: PUBLIC_JWK.y },
      'is not a key that exists: one of its numbers',
    ],
  ])('has %s', async (_, members, says) => {
    expect(await read({ ...PUBLIC_JWK, ...members })).toContain(says)
  })

  it.each([
    [{ alg: 'ES256' }, undefined, 'must be for RS256, PS256, RS384'],
    [{ alg: 'RS256' }, 'PS256', 'has another alg than PS256'],
    [{}, 'ES256', 'must be for RS256, PS256, RS384'],
    [{ e: 'Aw' }, undefined, 'must have the public exponent 65537'],
    [{ n: undefined }, undefined, 'must have e, kty, n'],
  ] as const)('is of RSA: %j, where %s is asked for', async (members, wanted, says) => {
    expect(await read({ ...jwks['RS256'], ...members }, wanted)).toBe(says)
  })

  it('is of RSA and has too few bits, or too many', async () => {
    const says = 'must have 2048 to 4096 bits'
    const sized = (bytes: number) =>
      read({ ...jwks['RS256'], n: new Uint8Array(bytes).fill(255).toBase64(URL_SAFE) })
    expect([await sized(255), await sized(513)]).toEqual([says, says])
    for (const bytes of [256, 512]) expect(await sized(bytes)).toMatchObject({ algorithm: 'RS256' })
  })
})

const URL_SAFE = { alphabet: 'base64url', omitPadding: true } as const

describe('a PEM that is refused', () => {
  const block = (name: string, body: string) =>
    `-----BEGIN ${name}-----\n${body}\n-----END ${name}-----`
  const BLOCK = 'must be a PEM block that begins with -----BEGIN PUBLIC KEY-----'

  it.each(['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY'])('is a %s', async (name) => {
    const says = `must be a public key: this one is private, ${PRIVATE}`
    expect(await publicKeyReader.read({ pem: block(name, 'AAAA') })).toBe(says)
  })

  it.each([
    ['a key of another label', block('RSA PUBLIC KEY', 'AAAA'), BLOCK],
    ['something before it', `a${block('PUBLIC KEY', 'AAAA')}`, BLOCK],
    ['something behind it', `${block('PUBLIC KEY', 'AAAA')}a`, BLOCK],
    ['two of them', block('PUBLIC KEY', 'AAAA').repeat(2), BLOCK],
    ['no base64', block('PUBLIC KEY', 'A'), BLOCK],
    ['other letters', block('PUBLIC KEY', 'A_-A'), BLOCK],
    ['nothing in it', block('PUBLIC KEY', ''), KINDS],
    ['no key', block('PUBLIC KEY', 'AAAA'), KINDS],
  ])('has %s', async (_, pem, says) => {
    expect(await publicKeyReader.read({ pem })).toBe(says)
  })
})
