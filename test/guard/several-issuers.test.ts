import { env } from 'cloudflare:workers'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import {
  type AnyGuardOptions,
  type GuardOptions,
  requireToken,
  resourceMetadata,
  verifyRequest,
} from '../../src/guard/index.ts'
import { API } from '../support/server.ts'
import { outcome, realIssuer, requestWith, scriptedIssuer, UNREACHABLE } from './issuers.ts'

const issuerOf = ({ issuer, fetcher, clientId, clientSecret }: GuardOptions) => ({
  issuer,
  fetcher,
  clientId,
  clientSecret,
})

/** Two issuers, of which the API believes both. */
async function two() {
  const [old, next] = [await scriptedIssuer(), await scriptedIssuer()]
  const options = {
    audience: API,
    now: old.options.now,
    issuers: [issuerOf(old.options), issuerOf(next.options)],
  } satisfies AnyGuardOptions
  const asked = () => [old, next].map((one) => one.keyFetches() + one.questions())
  return { old, next, options, asked }
}

it('believes one issuer where a list of them is left out', async () => {
  const { options, sign } = await scriptedIssuer()
  const given = { ...options, issuers: undefined } as unknown as AnyGuardOptions
  expect(await outcome(await sign(), given)).toBe('passes')
})

describe('an API that believes two issuers', () => {
  it('asks the one that the token is of, and not the other', async () => {
    const { old, next, options, asked } = await two()
    expect(await outcome(await old.sign(), options)).toBe('passes')
    expect(asked()).toEqual([2, 0])
    expect(await outcome(await next.sign(), options)).toBe('passes')
    expect(asked()).toEqual([2, 2])
  })

  it('refuses from a suspension at one, and goes on with the tokens of the other', async () => {
    const [old, next] = [await scriptedIssuer(), await realIssuer()]
    const { now } = next.options
    const issuers = [issuerOf(old.options), issuerOf(next.options)]
    const app = new Hono()
      .use(requireToken({ audience: API, issuers, scope: 'invoices:read', now }))
      .get('/invoices', (c) => c.text(c.var.token.iss))
    const tokens = [await old.sign(), next.token]
    const statuses = () =>
      Promise.all(tokens.map(async (token) => (await app.request(requestWith(token))).status))
    expect(await statuses()).toEqual([200, 200])
    await next.server.suspend(next.client)
    expect(await statuses()).toEqual([200, 401])
    await next.server.resume(next.client)
    expect(await statuses()).toEqual([200, 200])
  })

  it('refuses the token of a third, and of none, before anything is fetched', async () => {
    const { old, options, asked } = await two()
    const third = await scriptedIssuer()
    const tokens = [
      await third.sign(),
      await old.sign({ iss: `${old.issuer}/` }),
      await old.sign({ iss: undefined }),
      await old.sign({ iss: [old.issuer] }),
      await old.sign({ iss: '__proto__' }),
      'a.b.c',
      'no-jwt',
      'e30.bnVsbA.c',
    ]
    for (const token of tokens) expect(await outcome(token, options)).toBe('401 invalid_token')
    expect(asked()).toEqual([0, 0])
  })

  it('refuses a token that one signed in the name of the other', async () => {
    const { old, next, options } = await two()
    expect(await outcome(await old.sign({ iss: next.issuer }), options)).toBe('401 invalid_token')
    expect(next.questions() + old.questions()).toBe(0)
  })

  it('lets one be down alone', async () => {
    const { old, next, options } = await two()
    old.script.introspection = () => new Response(null, { status: 500 })
    expect(await outcome(await old.sign(), options)).toBe(UNREACHABLE)
    expect(await outcome(await next.sign(), options)).toBe('passes')
  })

  it('remembers of each what is its own: answers, and entries of the denylist', async () => {
    const { old, next, options } = await two()
    const remembering = { ...options, issuers: options.issuers.map(longer) }
    const [one, other] = [await old.sign(), await next.sign()]
    expect(await outcome(one, remembering)).toBe('passes')
    next.script.introspection = () => Response.json({ active: false })
    // The same client_id and jti: what one issuer said of them says nothing of the other's.
    expect(await outcome(other, remembering)).toBe('401 invalid_token')
    expect(await outcome(one, remembering)).toBe('passes')
    const entry = { version: 9, suspended: true, generation: 0, revoked: [] }
    const [stops, knows] = [denylistWith(entry), denylistWith(null)]
    const edge = {
      ...options,
      issuers: [
        { ...options.issuers[0], issuer: old.issuer, maxStaleness: 60, denylist: stops },
        { ...options.issuers[1], issuer: next.issuer, maxStaleness: 60, denylist: knows },
      ],
    }
    expect(await outcome(one, edge)).toBe('401 invalid_token')
    expect(await outcome(other, edge)).toBe('passes')
  })
})

const longer = <T extends object>(one: T) => ({ ...one, maxStaleness: 30 })
const denylistWith = (entry: object | null) => ({ get: async () => entry })

describe('the options of several issuers', () => {
  const one = { issuer: 'https://old.example', clientId: 'api', clientSecret: 'secret' }
  const both = { ...one, issuers: [one], audience: API } as unknown as AnyGuardOptions

  it.each<[string, AnyGuardOptions, RegExp]>([
    ['none', { audience: API, issuers: [] }, /at least one/],
    ['the same twice', { audience: API, issuers: [one, one] }, /twice/],
    ['one beside a list', both, /go together/],
    ['no list', { audience: API, issuers: one as never }, /list/],
    ['one without a way to ask', { audience: API, issuers: [one, { issuer: API }] }, /fetcher/],
    [
      'one by the denylist without it',
      { audience: API, issuers: [{ ...one, maxStaleness: 60 }] },
      /denylist/,
    ],
    ['no audience', { audience: '', issuers: [one] }, /audience/],
  ])('%s is a TypeError, when the middleware is made', async (_name, options, message) => {
    expect(() => requireToken(options)).toThrow(TypeError)
    expect(() => requireToken(options)).toThrow(message)
    await expect(verifyRequest(requestWith('a.b.c'), options)).rejects.toThrow(message)
  })

  it('say for each how stale it may be, and are all in the metadata', async () => {
    const other = { issuer: 'https://new.example', maxStaleness: 60, denylist: env.DENYLIST }
    const options = { audience: API, issuers: [one, other] }
    expect(() => requireToken(options)).not.toThrow()
    expect(await resourceMetadata(options).json()).toMatchObject({
      authorization_servers: ['https://old.example', 'https://new.example'],
    })
  })
})

it('has no scope in its list where the token has none', async () => {
  const { options, sign, script } = await scriptedIssuer()
  script.introspection = () => Response.json({ active: true, scope: '' })
  const verified = await verifyRequest(requestWith(await sign()), options)
  expect(verified).toMatchObject({ scope: '', scopes: [] })
})

it('says what is wrong with a token that is too long, and with an audience that is left out', async () => {
  const { options } = await scriptedIssuer()
  expect(await outcome('a'.repeat(10_000), options)).toBe('401 invalid_token')
  const unnamed = { ...options, audience: '' }
  const message = 'audience must be the audience of this API'
  await expect(verifyRequest(requestWith('a'), unnamed)).rejects.toThrow(message)
})
