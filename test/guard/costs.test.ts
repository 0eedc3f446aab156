import { afterEach, expect, it, vi } from 'vitest'
import type { GuardOptions } from '../../src/guard/index.ts'
import { keyPair, outcome, scriptedIssuer } from './issuers.ts'

afterEach(() => vi.restoreAllMocks())

async function guarded(more: Partial<GuardOptions>) {
  const issuer = await scriptedIssuer()
  const read = vi.fn(async () => null)
  const verify = vi.spyOn(crypto.subtle, 'verify')
  const options: GuardOptions = { ...issuer.options, denylist: { get: read }, ...more }
  const costs = () => ({
    keys: issuer.keyFetches(),
    server: issuer.questions(),
    kv: read.mock.calls.length,
    verified: verify.mock.calls.length,
  })
  return { ...issuer, options, costs }
}

/** The cost of an isolate's first request, and of another with the same token on top. */
// biome-ignore format: a table
const TABLE: [maxStaleness: number, first: object, again: object][] = [
  [0,  { keys: 1, server: 1, kv: 0, verified: 1 }, { keys: 1, server: 2, kv: 0, verified: 1 }],
  [30, { keys: 1, server: 1, kv: 0, verified: 1 }, { keys: 1, server: 1, kv: 0, verified: 1 }],
  [60, { keys: 1, server: 0, kv: 1, verified: 1 }, { keys: 1, server: 0, kv: 2, verified: 1 }],
]

it.each(TABLE)(
  'with a maxStaleness of %i: first %o, then %o',
  async (maxStaleness, first, again) => {
    const { options, sign, costs } = await guarded({ maxStaleness })
    const token = await sign()
    expect(await outcome(token, options)).toBe('passes')
    expect(costs()).toEqual(first)
    expect(await outcome(token, options)).toBe('passes')
    expect(costs()).toEqual(again)
  },
)

it('asks nobody about what is no token, or of a key that the issuer has not', async () => {
  const { options, sign, costs } = await guarded({ maxStaleness: 60 })
  expect(await outcome('a.b.c', options)).toBe('401 invalid_token')
  expect(await outcome(await sign({}, {}, await keyPair('other')), options)).toBe(
    '401 invalid_token',
  )
  expect(costs()).toEqual({ keys: 1, server: 0, kv: 0, verified: 0 })
})

it('looks at time, audience and key of a token that it has verified before', async () => {
  const { options, sign, clock, script, costs } = await guarded({ maxStaleness: 60 })
  const token = await sign()
  expect(await outcome(token, options)).toBe('passes')
  expect(await outcome(token, { ...options, audience: 'https://other.example' })).toBe(
    '401 invalid_token',
  )
  const verified = costs().verified
  // The issuer has revoked its key: known as soon as its keys are fetched again.
  const next = await keyPair('key-2')
  script.keys = () => Response.json({ keys: [next.jwk] })
  clock.now += 301
  expect(await outcome(token, options)).toBe('401 invalid_token')
  expect(costs().verified).toBe(verified)
})

it('refuses from the second of its end what it has verified before', async () => {
  const { options, sign, clock } = await guarded({ maxStaleness: 60 })
  const token = await sign({ exp: clock.now + 60 })
  clock.now += 59
  expect(await outcome(token, options)).toBe('passes')
  clock.now += 1
  expect(await outcome(token, options)).toBe('401 invalid_token')
})
