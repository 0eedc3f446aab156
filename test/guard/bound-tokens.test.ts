import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { type GuardOptions, Refusal, verifyRequest, verifyToken } from '../../src/guard/index.ts'
import { FORGED_PROOFS } from '../support/forged-proofs.ts'
import { proofKey } from '../support/proofs.ts'
import { API } from '../support/server.ts'
import { boundToken, outcomeOf, requestOf } from './bound.ts'
import { requestWith } from './issuers.ts'

const PROOF_REFUSED = '401 invalid_dpop_proof'

describe('a token that is bound to a key', () => {
  it('passes with a proof of the key, and says what it is bound to', async () => {
    const { token, maker, key, options } = await boundToken()
    const request = requestOf({ authorization: `DPoP ${token}`, proof: await maker.make() })
    const claims = await verifyRequest(request, options)
    expect(claims).toMatchObject({ client_id: 'reporter', cnf: { jkt: key.jkt } })
  })

  it.each(['dpop', 'DPOP', 'DPoP '])('may be sent by the scheme "%s"', async (scheme) => {
    const { token, send } = await boundToken()
    expect(await send({}, { authorization: `${scheme} ${token}` })).toBe('passes')
  })

  it.each(FORGED_PROOFS)('is refused with $name', async ({ proof }) => {
    const { send, maker } = await boundToken()
    expect(await send({}, { proof: await proof(maker) })).toBe(PROOF_REFUSED)
  })

  it('is refused with a right proof of another key', async () => {
    const { send, makerFor } = await boundToken()
    const { make } = await makerFor({ key: await proofKey() })
    expect(await send({}, { proof: await make() })).toBe('401 invalid_token')
  })

  it.each(['Bearer', 'bearer'])('is refused as %s, with and without a proof', async (scheme) => {
    const { send, token } = await boundToken()
    const authorization = `${scheme} ${token}`
    expect(await send({}, { authorization })).toBe('401 invalid_token')
    expect(await send({}, { authorization, proof: null })).toBe('401 invalid_token')
  })

  it('is refused by itself: nothing that came with it proves anything', async () => {
    const { options, token } = await boundToken()
    const refusal = await verifyToken(token, options)
    expect(refusal).toBeInstanceOf(Refusal)
    expect(refusal).toMatchObject({ error: 'invalid_token', status: 401 })
  })

  it('needs its scope like any other', async () => {
    const { send } = await boundToken()
    expect(await send({ scope: 'invoices:read' })).toBe('passes')
    expect(await send({ scope: 'invoices:write' })).toBe('403 insufficient_scope')
  })

  it('is checked before the server is asked', async () => {
    const { send, questions } = await boundToken()
    expect(await send({}, { proof: 'x' })).toBe(PROOF_REFUSED)
    expect(questions()).toBe(0)
  })

  it.each<[string, Partial<GuardOptions>]>([
    ['for ten seconds', { maxStaleness: 10 }],
    ['by the denylist', { maxStaleness: 60, denylist: env.DENYLIST }],
  ])('is checked in each request where answers are remembered %s', async (_name, more) => {
    const { send, token, options } = await boundToken()
    expect(await send(more)).toBe('passes')
    expect(await send(more, { proof: null })).toBe(PROOF_REFUSED)
    expect(await outcomeOf(requestWith(token), { ...options, ...more })).toBe('401 invalid_token')
    expect(await send(more)).toBe('passes')
  })
})

describe('a token that is bound to nothing', () => {
  it('is refused as DPoP, whoever made the proof', async () => {
    const { sign, send, makerFor } = await boundToken()
    const token = await sign()
    const proof = await (await makerFor({ token })).make()
    expect(await send({}, { authorization: `DPoP ${token}`, proof })).toBe('401 invalid_token')
  })

  it('passes as Bearer, whatever proof comes with it', async () => {
    const { sign, send } = await boundToken()
    const authorization = `Bearer ${await sign()}`
    expect(await send({}, { authorization, proof: 'x' })).toBe('passes')
  })

  it('is refused where tokens must be bound to a key, and others are not', async () => {
    const { sign, send } = await boundToken()
    const required = { dpop: { required: true } }
    const authorization = `Bearer ${await sign()}`
    expect(await send(required, { authorization })).toBe('401 invalid_token')
    expect(await send(required)).toBe('passes')
  })
})

describe('a token is refused, under each scheme, whose cnf is', () => {
  const JKT = 'k'.repeat(42) + 'A'
  it.each<[string, unknown]>([
    ['null', null],
    ['a text', JKT],
    ['a list', [JKT]],
    ['empty', {}],
    ['of a kind that is unknown here', { jwk: { kty: 'EC' } }],
    ['of a known and an unknown kind', { jkt: JKT, kid: 'key-1' }],
    ['no text', { jkt: 1 }],
    ['no digest', { jkt: 'short' }],
    ['no digest of a certificate', { 'x5t#S256': '' }],
    ['a digest in another spelling', { jkt: 'k'.repeat(42) + 'B' }],
  ])('%s', async (_name, cnf) => {
    const issuer = await boundToken()
    const token = await issuer.sign({ cnf })
    const proof = await (await issuer.makerFor({ token })).make()
    for (const scheme of ['Bearer', 'DPoP']) {
      const request = requestOf({ authorization: `${scheme} ${token}`, proof })
      expect(await outcomeOf(request, issuer.options)).toBe('401 invalid_token')
    }
  })
})

it('a token is refused with a right proof, where it is bound to what is unknown as well', async () => {
  const { sign, makerFor, send, key } = await boundToken()
  const outcomeWith = async (more: object) => {
    const token = await sign({ cnf: { jkt: key.jkt, ...more } })
    const proof = await (await makerFor({ token })).make()
    return send({}, { authorization: `DPoP ${token}`, proof })
  }
  expect(await outcomeWith({})).toBe('passes')
  expect(await outcomeWith({ kid: 'key-1' })).toBe('401 invalid_token')
  expect(await outcomeWith({ jkt_: key.jkt })).toBe('401 invalid_token')
})

describe('what the server says of a token', () => {
  const answered = (cnf: unknown) => () => Response.json({ active: true, scope: '', cnf })

  it('may be the same binding, or nothing of it', async () => {
    const { send, script, key } = await boundToken()
    script.introspection = answered({ jkt: key.jkt })
    expect(await send()).toBe('passes')
    script.introspection = answered(undefined)
    expect(await send()).toBe('passes')
  })

  it.each<[string, unknown]>([
    ['another key', { jkt: 'k'.repeat(42) + 'A' }],
    ['a certificate', { 'x5t#S256': 'k'.repeat(42) + 'A' }],
    ['what is unknown here', { kid: 'key-1' }],
    ['nothing, by an empty cnf', {}],
  ])('must not be %s', async (_name, cnf) => {
    const { send, script, sign } = await boundToken()
    script.introspection = answered(cnf)
    expect(await send()).toBe('401 invalid_token')
    const authorization = `Bearer ${await sign()}`
    expect(await send({}, { authorization })).toBe('401 invalid_token')
  })
})

describe('the URL of a proof is compared', () => {
  const BEHIND = 'http://10.0.0.7:8080/invoices?page=2'

  it('with the URL of the request, where nothing else is known', async () => {
    const { send, makerFor } = await boundToken()
    const proof = await (await makerFor({ url: 'http://10.0.0.7:8080/invoices' })).make()
    expect(await send({}, { url: BEHIND, proof })).toBe('passes')
    expect(await send({}, { url: BEHIND })).toBe(PROOF_REFUSED)
  })

  it.each<[string, Partial<GuardOptions>]>([
    ['publicUrl', { publicUrl: API }],
    ['publicUrl with a slash', { publicUrl: `${API}/` }],
    ['one of several', { publicUrl: ['https://other.example', API] }],
    ['the origin of resourceMetadata', { resourceMetadata: `${API}/.well-known/x` }],
  ])('with %s, and not with what Host says', async (_name, more) => {
    const { send, makerFor } = await boundToken()
    const headers = { Host: 'thief.example', 'X-Forwarded-Host': 'thief.example' }
    expect(await send(more, { url: BEHIND, headers })).toBe('passes')
    const url = 'https://thief.example/invoices'
    const proof = await (await makerFor({ url })).make()
    expect(await send(more, { url, headers, proof })).toBe(PROOF_REFUSED)
    expect(await send(more, { url: BEHIND, proof })).toBe(PROOF_REFUSED)
  })

  it('with a path in front that a proxy takes away', async () => {
    const { send, makerFor } = await boundToken()
    const publicUrl = 'https://example.com/billing'
    const proof = await (await makerFor({ url: 'https://example.com/billing/invoices' })).make()
    expect(await send({ publicUrl }, { url: BEHIND, proof })).toBe('passes')
    expect(await send({ publicUrl }, { url: BEHIND })).toBe(PROOF_REFUSED)
  })

  it('with a path that looks like a host', async () => {
    const { send, makerFor } = await boundToken()
    const url = `${API}//thief.example/invoices`
    const proof = await (await makerFor({ url: 'https://thief.example/invoices' })).make()
    expect(await send({ publicUrl: API }, { url, proof })).toBe(PROOF_REFUSED)
    const right = await (await makerFor({ url })).make()
    expect(await send({ publicUrl: API }, { url, proof: right })).toBe('passes')
  })

  it('for the method of this request', async () => {
    const { send, makerFor } = await boundToken()
    expect(await send({}, { method: 'POST' })).toBe(PROOF_REFUSED)
    const proof = await (await makerFor({ method: 'POST' })).make()
    expect(await send({}, { method: 'POST', proof })).toBe('passes')
  })
})

describe('what an API allows', () => {
  it('are algorithms', async () => {
    const { send } = await boundToken()
    expect(await send({ dpop: { algorithms: ['PS256', 'Ed25519'] } })).toBe(PROOF_REFUSED)
    expect(await send({ dpop: { algorithms: ['ES256'] } })).toBe('passes')
  })

  it('is an age', async () => {
    const { send, maker, clock } = await boundToken()
    const proofs = [await maker.make(), await maker.make(), await maker.make()]
    clock.now += 100
    expect(await send({}, { proof: proofs[0]! })).toBe(PROOF_REFUSED)
    expect(await send({ dpop: { maxAge: 99 } }, { proof: proofs[1]! })).toBe(PROOF_REFUSED)
    expect(await send({ dpop: { maxAge: 100 } }, { proof: proofs[2]! })).toBe('passes')
  })
})
