import { generateKeyPair, generateProof } from 'dpop'
import { calculateJwkThumbprint } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { DPOP_ALGORITHMS, PROOF_MAX_AGE, type ProofRules } from '../../src/domain/dpop.ts'
import { verifyProof } from '../../src/dpop/verify-proof.ts'
import { FORGED_PROOFS } from '../support/forged-proofs.ts'
import type { Part } from '../support/forged-signatures.ts'
import { type ProofMaker, proofKey, proofMaker } from '../support/proofs.ts'

const NOW = 1_800_000_000
const URL_OF_API = 'https://api.example.com/invoices'
const RULES: ProofRules = { algorithms: DPOP_ALGORITHMS, maxAge: PROOF_MAX_AGE }
const REQUEST = { method: 'POST', url: URL_OF_API, token: 'a.b.c', now: NOW }

let maker: ProofMaker
beforeAll(async () => {
  maker = await proofMaker(REQUEST, await proofKey())
})

const verified = (proof: string | null, rules = RULES, urls = [URL_OF_API]) =>
  verifyProof(proof, { method: 'POST', urls, accessToken: 'a.b.c' }, rules, NOW)

describe('a proof is refused that has', () => {
  it.each(FORGED_PROOFS)('$name', async ({ proof, fault }) => {
    expect(await verified(await proof(maker))).toEqual({ fault })
  })

  it('and there are many of them, by names of their own', () => {
    expect(new Set(FORGED_PROOFS.map(({ name }) => name)).size).toBe(FORGED_PROOFS.length)
    expect(FORGED_PROOFS.length).toBeGreaterThan(90)
  })

  it('an algorithm that is not allowed', async () => {
    const rsa = await proofMaker(REQUEST, await proofKey('RS256'))
    const proof = await rsa.make()
    expect(await verified(proof, { ...RULES, algorithms: ['ES256', 'PS256'] })).toEqual({
      fault: 'wrong_algorithm',
    })
  })

  it('any URL, where none is known', async () => {
    expect(await verified(await maker.make(), RULES, [])).toEqual({ fault: 'wrong_url' })
  })
})

describe('a proof is accepted', () => {
  const passes = async (claims: Part, header: Part = {}) => {
    const { jkt } = maker.key
    expect(await verified(await maker.make({ claims, header }))).toMatchObject({ jkt })
  }

  it.each([
    ['as it is', URL_OF_API],
    ['with a query', `${URL_OF_API}?page=2`],
    ['with a fragment', `${URL_OF_API}#top`],
    ['with its scheme in capitals', URL_OF_API.replace('https', 'HTTPS')],
    ['with its host in capitals', URL_OF_API.replace('api.example', 'API.Example')],
    ['with the default port', URL_OF_API.replace('.com', '.com:443')],
    ['with a dot segment', URL_OF_API.replace('/invoices', '/./x/../invoices')],
    ['with a letter encoded', URL_OF_API.replace('invoices', '%69nvoices')],
  ])('with its URL %s', (_name, htu) => passes({ htu }))

  it.each([-60, -10, 0, 10, 60])('%i seconds off', (seconds) => passes({ iat: NOW + seconds }))

  it('with a fraction of a second, and times within which it is valid', () =>
    passes({ iat: NOW - 0.5, nbf: NOW + 10, exp: NOW + 1 }))

  it('with members that nobody asked for', () =>
    passes(
      { extra: [{ a: 1 }, ':'] },
      { kid: 'a', jwk: { ...maker.key.jwk, kid: 'a', use: 'sig' } },
    ))

  it('with 8,192 characters, and with none more', async () => {
    const filled = (letters: number) => maker.make({ claims: { filler: 'x'.repeat(letters) } })
    const { length } = await filled(0)
    const about = Math.floor(((8192 - length) * 3) / 4)
    const proofs = await Promise.all([-2, -1, 0, 1, 2].map((more) => filled(about + more)))
    expect(proofs.map((proof) => proof.length)).toContain(8192)
    for (const proof of proofs) {
      const fits = proof.length <= 8192
      expect(await verified(proof)).toMatchObject(
        fits ? { jkt: maker.key.jkt } : { fault: 'malformed' },
      )
    }
  })

  it('with a jti of 256 characters', () => passes({ jti: 'j'.repeat(256) }))

  it.each(DPOP_ALGORITHMS)('signed with %s', async (alg) => {
    const key = await proofKey(alg)
    const { make } = await proofMaker(REQUEST, key)
    expect(await verified(await make())).toMatchObject({ jkt: key.jkt })
  })

  it('for one of several URLs, whatever is to be encoded in them', async () => {
    const urls = ['https://a.example', 'https://b.example/caf%c3%a9~/%7E?x']
    const proof = await maker.make({ claims: { htu: 'https://b.example/caf%C3%A9%7e/~' } })
    expect(await verified(proof, RULES, urls)).toHaveProperty('jkt')
    const root = await maker.make({ claims: { htu: 'https://a.example/' } })
    expect(await verified(root, RULES, urls)).toHaveProperty('jkt')
  })

  it('by RSA of 4096 bits, whose modulus has 683 characters', async () => {
    const key = await proofKey('RS256', 4096)
    const { make } = await proofMaker(REQUEST, key)
    expect(key.jwk.n).toHaveLength(683)
    expect(await verified(await make())).toMatchObject({ jkt: key.jkt })
  })

  it('for an API without TLS, at a port of its own', async () => {
    const url = 'http://127.0.0.1:8787/invoices'
    const proof = await maker.make({ claims: { htu: url } })
    expect(await verified(proof, RULES, [url])).toHaveProperty('jkt')
  })

  it('ahead of a clock by ten seconds, however little a proof may be old', async () => {
    const strict = { ...RULES, maxAge: 2 }
    const at = async (seconds: number) =>
      verified(await maker.make({ claims: { iat: NOW + seconds } }), strict)
    expect(await at(10)).toHaveProperty('jkt')
    expect(await at(11)).toEqual({ fault: 'wrong_time' })
    expect(await at(-3)).toEqual({ fault: 'wrong_time' })
  })

  it('without ath, where no token comes with it', async () => {
    const proof = await maker.make({ claims: { ath: undefined } })
    const request = { method: 'POST', urls: [URL_OF_API] }
    expect(await verifyProof(proof, request, RULES, NOW)).toHaveProperty('jkt')
  })
})

describe('what a proof proves', () => {
  it('is a key, and how to know the proof again', async () => {
    const claims = { jti: 'one', iat: NOW - 3, nonce: 'a-nonce' }
    expect(await verified(await maker.make({ claims }))).toEqual({
      jkt: await calculateJwkThumbprint(maker.key.jwk),
      jti: 'one',
      iat: NOW - 3,
      algorithm: 'ES256',
      nonce: 'a-nonce',
    })
  })

  it('is the same key in whatever order its members come, and whatever is beside them', async () => {
    const { kty, crv, x, y } = maker.key.jwk
    const jwk = { use: 'sig', y, x, kty, crv, alg: 'ES256' }
    expect(await verified(await maker.make({ header: { jwk } }))).toMatchObject({
      jkt: maker.key.jkt,
      nonce: null,
    })
  })
})

it.each(['ES256', 'Ed25519', 'RS256', 'PS256'] as const)(
  'the library dpop makes proofs that are accepted, with %s',
  async (alg) => {
    const pair = await generateKeyPair(alg, { extractable: true })
    const now = Math.floor(Date.now() / 1000)
    const proof = await generateProof(pair, `${URL_OF_API}?q=1`, 'POST', 'nonce', 'a.b.c')
    const request = { method: 'POST', urls: [URL_OF_API], accessToken: 'a.b.c' }
    expect(await verifyProof(proof, request, RULES, now)).toMatchObject({ nonce: 'nonce' })
  },
)
