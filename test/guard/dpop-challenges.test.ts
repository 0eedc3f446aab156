import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { type GuardOptions, requireToken, verifyRequest } from '../../src/guard/index.ts'
import { API } from '../support/server.ts'
import { boundToken, requestOf, type Sent } from './bound.ts'

const ALGS = 'algs="ES256 ES384 EdDSA Ed25519 PS256 RS256"'
const REALM = `realm="${API}"`
const METADATA = `${API}/.well-known/oauth-protected-resource`
const NONCES = { dpop: { nonceSecret: 'a secret of at least 32 characters' } }

async function refused(request: Request, options: GuardOptions): Promise<Response> {
  const answer = await verifyRequest(request, options)
  if (!(answer instanceof Response)) throw new Error('the request passes')
  return answer
}

/** The challenges that a request with this gets, one by one. */
async function challengesOf(sent: Sent, more: Partial<GuardOptions> = {}): Promise<string[]> {
  const { options } = await boundToken()
  const { headers } = await refused(requestOf(sent), { ...options, ...more })
  return (headers.get('WWW-Authenticate') ?? '').split(/, (?=Bearer|DPoP)/)
}

describe('a challenge', () => {
  it('is of Bearer alone where neither the options nor the request speak of proofs', async () => {
    expect(await challengesOf({})).toEqual([`Bearer ${REALM}`])
    expect(await challengesOf({ authorization: 'Bearer a.b.c' })).toEqual([
      `Bearer ${REALM}, error="invalid_token"`,
    ])
  })

  it('is of both where the options speak of proofs, and the error is of the one that was used', async () => {
    const dpop = { algorithms: ['ES256', 'PS256'] } as const
    const algs = 'algs="ES256 PS256"'
    expect(await challengesOf({}, { dpop })).toEqual([`Bearer ${REALM}`, `DPoP ${algs}`])
    expect(await challengesOf({ authorization: 'Bearer a.b.c' }, { dpop })).toEqual([
      `Bearer ${REALM}, error="invalid_token"`,
      `DPoP ${algs}`,
    ])
    expect(await challengesOf({ authorization: 'DPoP a.b.c' }, { dpop })).toEqual([
      `DPoP ${algs}, error="invalid_token"`,
      `Bearer ${REALM}`,
    ])
  })

  it('is of DPoP first where the request used it, whatever the options say', async () => {
    expect(await challengesOf({ authorization: 'DPoP a.b.c' })).toEqual([
      `DPoP ${ALGS}, error="invalid_token"`,
      `Bearer ${REALM}`,
    ])
    expect(await challengesOf({ authorization: 'DPoP "no token"' })).toEqual([
      `DPoP ${ALGS}`,
      `Bearer ${REALM}`,
    ])
  })

  it('is of DPoP alone where tokens must be bound', async () => {
    const more = { dpop: { required: true } }
    expect(await challengesOf({}, more)).toEqual([`DPoP ${ALGS}`])
    expect(await challengesOf({ authorization: 'Bearer a.b.c' }, more)).toEqual([
      `DPoP ${ALGS}, error="invalid_token"`,
    ])
  })

  it('tells of proofs whoever sends a bound token as Bearer', async () => {
    const { options, token } = await boundToken()
    const { headers } = await refused(requestOf({ authorization: `Bearer ${token}` }), options)
    expect(headers.get('WWW-Authenticate')).toBe(
      `Bearer ${REALM}, error="invalid_token", DPoP ${ALGS}`,
    )
  })

  it('of DPoP says what a proof lacks, which scope is needed, and where the metadata are', async () => {
    const { options, token, makerFor } = await boundToken()
    const authorization = `DPoP ${token}`
    const api = { ...options, scope: 'invoices:write', resourceMetadata: METADATA }
    const rest = `scope="invoices:write", resource_metadata="${METADATA}"`
    const first = async (proof: string | null) => {
      const answer = await refused(requestOf({ authorization, proof }), api)
      return [answer.status, answer.headers.get('WWW-Authenticate')?.split(', Bearer')[0]]
    }
    expect(await first(null)).toEqual([401, `DPoP ${ALGS}, error="invalid_dpop_proof", ${rest}`])
    expect(await first(await (await makerFor()).make())).toEqual([
      403,
      `DPoP ${ALGS}, error="insufficient_scope", ${rest}`,
    ])
  })

  it('comes with a sentence for the author of the client, and nothing of the proof', async () => {
    const { options, token, makerFor } = await boundToken()
    const proof = await (await makerFor()).make({ claims: { htu: 'https://other.example' } })
    const request = requestOf({ authorization: `DPoP ${token}`, proof })
    expect(await (await refused(request, options)).json()).toEqual({
      error: 'invalid_dpop_proof',
      error_description: 'The htu of the proof is another URL.',
    })
  })
})

describe('where proofs need a nonce', () => {
  it('a proof without one is answered with one, with which the next passes', async () => {
    const { options, token, makerFor, send } = await boundToken()
    const { make } = await makerFor()
    const request = requestOf({ authorization: `DPoP ${token}`, proof: await make() })
    const answer = await refused(request, { ...options, ...NONCES })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('WWW-Authenticate')).toMatch(/^DPoP .*error="use_dpop_nonce"/)
    const nonce = answer.headers.get('DPoP-Nonce')
    expect(nonce).toMatch(/^[\w-]{43}$/)
    expect(await send(NONCES, { proof: await make({ claims: { nonce } }) })).toBe('passes')
  })

  it('one is good for two steps of time, and for this secret', async () => {
    const { options, send, makerFor, clock } = await boundToken()
    const { headers } = await refused(requestOf({}), { ...options, ...NONCES })
    const nonce = headers.get('DPoP-Nonce')
    const outcomes: string[] = []
    for (const _ of [0, 1, 2]) {
      const proof = await (await makerFor({ now: clock.now })).make({ claims: { nonce } })
      outcomes.push(await send(NONCES, { proof }))
      clock.now += 120
    }
    expect(outcomes).toEqual(['passes', 'passes', '401 use_dpop_nonce'])
    clock.now -= 360
    const other = { dpop: { nonceSecret: 'another secret of 32 characters.' } }
    const proof = await (await makerFor()).make({ claims: { nonce } })
    expect(await send(other, { proof })).toBe('401 use_dpop_nonce')
  })

  it.each(['', 'x', 'x'.repeat(43)])('"%s" is none', async (nonce) => {
    const { send, makerFor } = await boundToken()
    const proof = await (await makerFor()).make({ claims: { nonce } })
    expect(await send(NONCES, { proof })).toBe('401 use_dpop_nonce')
  })

  it('every answer of the middleware has one, also of a handler that made its own', async () => {
    const { options, token, makerFor } = await boundToken()
    const app = new Hono().get('/invoices', requireToken({ ...options, ...NONCES }), () =>
      Response.json([]),
    )
    const refusal = await app.fetch(requestOf({}))
    const nonce = refusal.headers.get('DPoP-Nonce')
    const proof = await (await makerFor()).make({ claims: { nonce } })
    const answer = await app.fetch(requestOf({ authorization: `DPoP ${token}`, proof }))
    expect([answer.status, answer.headers.get('DPoP-Nonce')]).toEqual([200, nonce])
  })

  it('no answer has one elsewhere', async () => {
    const { options } = await boundToken()
    const { headers } = await refused(requestOf({}), { ...options, dpop: {} })
    expect(headers.has('DPoP-Nonce')).toBe(false)
  })
})
