import { Hono } from 'hono'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type GuardOptions, requireToken, verifyRequest } from '../../src/guard/index.ts'
import { spendProof } from '../../src/guard/proof-memory.ts'
import { readGuardOptions } from '../../src/guard/read-options.ts'
import { proofKey } from '../support/proofs.ts'
import { boundToken, requestOf, URL_OF_REQUEST } from './bound.ts'

const REPLAYED = '401 invalid_dpop_proof'

afterEach(() => vi.useRealTimers())

describe('a proof counts once', () => {
  it('in an isolate, whatever else is in the request or in another proof', async () => {
    const { send, maker } = await boundToken()
    const proof = await maker.make({ claims: { jti: 'one' } })
    expect(await send({}, { proof })).toBe('passes')
    expect(await send({}, { proof })).toBe(REPLAYED)
    expect(await send({}, { proof, url: `${URL_OF_REQUEST}?page=2` })).toBe(REPLAYED)
    const again = await maker.make({ claims: { jti: 'one', htu: `${URL_OF_REQUEST}?again` } })
    expect(await send({}, { proof: again })).toBe(REPLAYED)
    expect(await send()).toBe('passes')
  })

  it('of two requests at the same time, too', async () => {
    const { send, maker } = await boundToken()
    const proof = await maker.make()
    const both = await Promise.all([send({}, { proof }), send({}, { proof })])
    expect(both.toSorted()).toEqual([REPLAYED, 'passes'])
  })

  it('of two that reach the memory in the same moment, with and without a store', async () => {
    const proof = { jkt: 'a-key', iat: 1_800_000_000, algorithm: 'ES256', nonce: null } as const
    const slowly = () => new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 20))
    for (const dpop of [{}, { seen: slowly }]) {
      const settings = readGuardOptions({ ...(await boundToken()).options, dpop })
      const jti = dpop.seen ? 'with' : 'without'
      const spend = () => spendProof({ ...proof, jti }, {}, settings)
      const both = await Promise.allSettled([spend(), spend()])
      expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    }
  })

  it('as the proof of one key: another may choose the same jti', async () => {
    const { send, sign, makerFor, maker } = await boundToken()
    const claims = { jti: 'one' }
    expect(await send({}, { proof: await maker.make({ claims }) })).toBe('passes')
    const key = await proofKey()
    const token = await sign({ cnf: { jkt: key.jkt } })
    const proof = await (await makerFor({ key, token })).make({ claims })
    expect(await send({}, { authorization: `DPoP ${token}`, proof })).toBe('passes')
  })

  it('for as long as its iat is young enough', async () => {
    const { send, makerFor, clock } = await boundToken()
    const { make } = await makerFor({ now: clock.now + 60 })
    const proof = await make()
    expect(await send({}, { proof })).toBe('passes')
    for (const _ of [1, 2]) {
      clock.now += 60
      expect(await send({}, { proof })).toBe(REPLAYED)
    }
  })

  it('and may be seen by two guards on the way of one request', async () => {
    const { options, token, maker } = await boundToken()
    const seen = vi.fn<(key: string, expiresAt: number) => Promise<boolean>>(async () => false)
    const app = new Hono()
      .use('*', requireToken({ ...options, dpop: { seen } }))
      .get('/invoices', requireToken({ ...options, dpop: { seen }, scope: 'invoices:read' }), (c) =>
        c.text('here they are'),
      )
    const proof = await maker.make()
    const ask = () => app.fetch(requestOf({ authorization: `DPoP ${token}`, proof }))
    expect((await ask()).status).toBe(200)
    expect(seen).toHaveBeenCalledTimes(1)
    expect((await ask()).status).toBe(401)
  })
})

describe('a proof is not spent by a request that is refused', () => {
  it.each<[string, Partial<GuardOptions>]>([
    ['for another scope', { scope: 'invoices:write' }],
    ['for its URL', { publicUrl: 'https://other.example' }],
    ['for its algorithm', { dpop: { algorithms: ['PS256'] } }],
    ['for another audience', { audience: 'https://other.example' }],
    ['where it needs a nonce', { dpop: { nonceSecret: 's'.repeat(32) } }],
  ])('%s', async (_name, more) => {
    const { send, maker } = await boundToken()
    const proof = await maker.make()
    expect(await send(more, { proof })).toMatch(/^40[13]/)
    expect(await send({}, { proof })).toBe('passes')
  })

  it('by another key, or with another token', async () => {
    const { send, maker, sign, makerFor } = await boundToken()
    const [jti, key] = ['one', await proofKey()]
    const foreign = await (await makerFor({ key })).make({ claims: { jti } })
    expect(await send({}, { proof: foreign })).toBe('401 invalid_token')
    const proof = await maker.make({ claims: { jti } })
    const other = await sign({ cnf: { jkt: maker.key.jkt }, jti: 'token-2' })
    expect(await send({}, { proof, authorization: `DPoP ${other}` })).toBe(REPLAYED)
    expect(await send({}, { proof })).toBe('passes')
  })

  it('because the server says that the token is not active, or does not answer', async () => {
    const { send, maker, script } = await boundToken()
    const proof = await maker.make()
    const { introspection } = script
    script.introspection = () => Response.json({ active: false })
    expect(await send({}, { proof })).toBe('401 invalid_token')
    script.introspection = () => new Response(null, { status: 500 })
    expect(await send({}, { proof })).toBe('503 temporarily_unavailable')
    script.introspection = introspection
    expect(await send({}, { proof })).toBe('passes')
  })
})

describe('a store that all isolates share', () => {
  it('decides, is told how long to remember, and gets a key of 43 characters', async () => {
    const { send, maker, clock } = await boundToken()
    const known = new Map<string, number>()
    const seen = async (key: string, expiresAt: number) =>
      known.has(key) || !known.set(key, expiresAt)
    const jti = 'one, or \u0000 two'
    expect(await send({ dpop: { seen } }, { proof: await maker.make({ claims: { jti } }) })).toBe(
      'passes',
    )
    const [[key, expiresAt] = []] = known
    expect(key).toMatch(/^[\w-]{43}$/)
    expect(expiresAt).toBe(clock.now + 61)
    // As if another isolate had let it through.
    const elsewhere = { dpop: { seen: async () => true } }
    expect(await send(elsewhere)).toBe(REPLAYED)
  })

  it.each<[string, () => Promise<boolean>]>([
    ['fails', () => Promise.reject(new Error('no store'))],
    [
      'fails at once',
      () => {
        throw new TypeError('no store')
      },
    ],
  ])('that %s lets nothing through, and the proof is not spent', async (_name, seen) => {
    const { send, maker } = await boundToken()
    const proof = await maker.make()
    expect(await send({ dpop: { seen } }, { proof })).toBe('503 temporarily_unavailable')
    expect(await send({}, { proof })).toBe('passes')
  })

  it('that hangs is waited for two seconds', async () => {
    const { token, maker, options } = await boundToken()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const asked = Promise.withResolvers<void>()
    const seen = () => {
      asked.resolve()
      return new Promise<boolean>(() => {})
    }
    const request = requestOf({ authorization: `DPoP ${token}`, proof: await maker.make() })
    const answer = verifyRequest(request, { ...options, dpop: { seen } })
    await asked.promise
    await vi.advanceTimersByTimeAsync(2000)
    expect(await answer).toMatchObject({ status: 503 })
  })

  it('that forgets to answer lets nothing through', async () => {
    const { send } = await boundToken()
    const seen = (async () => {}) as unknown as () => Promise<boolean>
    expect(await send({ dpop: { seen } })).toBe(REPLAYED)
  })
})
