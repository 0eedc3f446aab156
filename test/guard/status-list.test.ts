import { SignJWT } from 'jose'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { GuardOptions, Introspector } from '../../src/guard/index.ts'
import { verifyRequest } from '../../src/guard/index.ts'
import { base64urlOfBytes } from '../../src/platform/base64.ts'
import { deflated } from '../../src/platform/deflate.ts'
import { API, type Json, testServer } from '../support/server.ts'
import { VECTORS } from '../support/status-list-vectors.ts'
import {
  freshIssuer,
  keyPair,
  outcome,
  requestWith,
  scriptedIssuer,
  UNREACHABLE,
} from './issuers.ts'

const INACTIVE = '401 invalid_token'

describe('a guard that reads the list of a real server', () => {
  async function world(more: Partial<GuardOptions> = {}) {
    const issuer = freshIssuer()
    const server = testServer({ issuer, statusLists: true })
    await server.api()
    await server.cron()
    const client = await server.client({ [API]: 'invoices:read' })
    const asked: string[] = []
    const link = { isUp: true }
    const fetcher: Introspector = {
      async fetch(url, init) {
        if (!link.isUp) throw new TypeError('the network is down')
        const { pathname } = new URL(url)
        asked.push(pathname)
        return server.send(pathname, init)
      },
    }
    const now = () => server.clock.now
    const base = { issuer, audience: API, fetcher, now, status: 'list' } as const
    const options: GuardOptions = { ...base, ...more }
    return { server, client, token: await server.token(client), options, asked, link }
  }

  it('lets a token pass without credentials, and fetches its list once for all', async () => {
    const { token, options, asked, server, client } = await world()
    const tokens = [token, await server.token(client)]
    for (const one of [...tokens, ...tokens]) expect(await outcome(one, options)).toBe('passes')
    expect(asked.filter((path) => path.startsWith('/oauth'))).toHaveLength(1)
  })

  it('sees a suspension, and that it was lifted, when its copy and that of the server are old', async () => {
    const { token, options, server, client } = await world()
    expect(await outcome(token, options)).toBe('passes')
    await server.suspend(client)
    server.clock.now += 30
    expect(await outcome(token, options)).toBe(INACTIVE)
    await server.resume(client)
    server.clock.now += 30
    expect(await outcome(token, options)).toBe('passes')
  })

  it('refuses when it cannot renew its copy', async () => {
    const { token, options, server, link } = await world()
    expect(await outcome(token, options)).toBe('passes')
    link.isUp = false
    server.clock.now += 29
    expect(await outcome(token, options)).toBe('passes')
    server.clock.now += 1
    expect(await outcome(token, options)).toBe(UNREACHABLE)
  })

  it('goes on with its copy for as long as it may, and never past its end', async () => {
    const more = { whenUnreachable: 'allow-for', allowFor: 3000 } as const
    const { token, options, server, link } = await world(more)
    expect(await outcome(token, options)).toBe('passes')
    link.isUp = false
    server.clock.now += 599
    expect(await outcome(token, options)).toBe('passes')
    server.clock.now += 1
    expect(await outcome(token, options)).toBe(UNREACHABLE)
  })

  it('goes on with no copy whose age a clock that was set back no longer tells', async () => {
    const more = { whenUnreachable: 'allow-for', allowFor: 3000 } as const
    const { token, options, server, link } = await world(more)
    expect(await outcome(token, options)).toBe('passes')
    link.isUp = false
    server.clock.now -= 2999
    expect(await outcome(token, options)).toBe('passes')
    server.clock.now -= 1
    expect(await outcome(token, options)).toBe(UNREACHABLE)
  })

  it('checks the scope as ever', async () => {
    const { token, options } = await world({ scope: 'invoices:write' })
    expect(await outcome(token, options)).toBe('403 insufficient_scope')
  })
})

describe('a list that is not to be believed', () => {
  type Made = Awaited<ReturnType<typeof scriptedIssuer>>
  let issuer: Made
  let key: Awaited<ReturnType<typeof keyPair>>
  let uri = ''

  beforeEach(async () => {
    issuer = await scriptedIssuer()
    key = await keyPair('lists')
    issuer.script.keys = () => Response.json({ keys: [key.jwk] })
    uri = `${issuer.issuer}/oauth/status-lists/one`
  })

  const listOf = async (bytes: Uint8Array<ArrayBuffer>) => base64urlOfBytes(await deflated(bytes))

  async function signed(changes: Json = {}, header: Json = {}, by = key): Promise<string> {
    const lst = await listOf(new Uint8Array(64))
    const { now } = issuer.clock
    const claims = { sub: uri, iat: now, exp: now + 600, ttl: 30, status_list: { bits: 2, lst } }
    return new SignJWT({ ...claims, ...changes })
      .setProtectedHeader({ alg: 'ES256', typ: 'statuslist+jwt', kid: 'lists', ...header })
      .sign(by.privateKey)
  }

  /** By a key of the issuer that is for something else. */
  async function signedByAnother(algorithm: string): Promise<string> {
    const other = await keyPair('other', algorithm)
    issuer.script.keys = () => Response.json({ keys: [key.jwk, other.jwk] })
    return signed({}, { alg: algorithm, kid: 'other' }, other)
  }

  async function outcomeWith(list: string | Response, place: Json = { idx: 7, uri }) {
    const { issuer: name, options, sign, script } = issuer
    script.introspection = () => (typeof list === 'string' ? new Response(list) : list)
    const token = await sign({ status: { status_list: place } }, {}, key)
    const { fetcher, now } = options
    return outcome(token, { issuer: name, audience: API, fetcher, now, status: 'list' })
  }

  it('is told apart from one that is', async () => {
    expect(await outcomeWith(await signed())).toBe('passes')
  })

  it('is asked for as a list, in five seconds, and no redirect is followed', async () => {
    const list = await signed()
    const { issuer: name, options, sign } = issuer
    const asked: RequestInit[] = []
    const fetcher: Introspector = {
      async fetch(url, init = {}) {
        if (url.endsWith('/jwks.json')) return options.fetcher.fetch(url, init)
        asked.push(init)
        return new Response(list)
      },
    }
    const token = await sign({ status: { status_list: { idx: 7, uri } } }, {}, key)
    const given = {
      issuer: name,
      audience: API,
      fetcher,
      now: options.now,
      status: 'list',
    } as const
    expect(await outcome(token, given)).toBe('passes')
    const headers = { Accept: 'application/statuslist+jwt' }
    expect(asked).toEqual([{ headers, redirect: 'manual', signal: expect.any(AbortSignal) }])
  })

  it.each([
    ['for as long as it says', 90, 90],
    ['for half a minute where it says nothing', undefined, 30],
    ['for half a minute where it says nothing that can be', 0, 30],
    ['for half a minute where it says a word', 'long', 30],
    ['for an hour at most', 36_000, 3600],
  ])('is kept %s', async (_how, ttl, seconds) => {
    const { clock, options, issuer: name, sign, script } = issuer
    const list = await signed({ ttl, exp: clock.now + 40_000 })
    let asked = 0
    script.introspection = () => {
      asked++
      return new Response(list)
    }
    const token = await sign({ status: { status_list: { idx: 7, uri } } }, {}, key)
    const { fetcher, now } = options
    const given = { issuer: name, audience: API, fetcher, now, status: 'list' } as const
    const fetched: number[] = []
    for (const later of [0, seconds - 1, 1]) {
      clock.now += later
      expect(await outcome(token, given)).toBe('passes')
      fetched.push(asked)
    }
    expect(fetched).toEqual([1, 1, 2])
  })

  const bits = (n: unknown, lst: unknown = 'eJwDAAAAAAE') => ({ status_list: { bits: n, lst } })
  it.each<[string, () => Promise<string | Response>]>([
    ['of another type', () => signed({}, { typ: 'at+jwt' })],
    ['of another place', () => signed({ sub: 'https://other.example/1' })],
    ['that has expired', () => signed({ exp: issuer.clock.now })],
    ['without an end', () => signed({ exp: undefined })],
    ['by another key', async () => signed({}, {}, await keyPair('lists'))],
    ['by a key that nobody knows', () => signed({}, { kid: 'other' })],
    ['by a key of an algorithm that no list has', () => signedByAnother('ES384')],
    ['with another answer', async () => new Response(await signed(), { status: 203 })],
    ['with bits that there are not', () => signed(bits(3))],
    ['without a list', () => signed(bits(2, 7))],
    ['that is not compressed', () => signed(bits(2, 'AAAA'))],
    ['that is too long', async () => signed(bits(2, await listOf(new Uint8Array(2 ** 20 + 1))))],
    ['that is no token', async () => 'list'],
    ['that is not there', async () => new Response(null, { status: 404 })],
    ['that leads elsewhere', async () => Response.redirect('https://other.example')],
  ])('%s: 503', async (_, list) => {
    expect(await outcomeWith(await list())).toBe(UNREACHABLE)
  })

  it.each<[string, () => Promise<string>]>([
    ['a word', async () => 'list'],
    ['one that has expired', () => signed({ exp: issuer.clock.now })],
  ])(
    'is asked for again after five seconds, not sooner, where the answer is %s',
    async (_, list) => {
      const { clock, options, issuer: name, sign, script } = issuer
      let text = await list()
      let asked = 0
      script.introspection = () => {
        asked++
        return new Response(text)
      }
      const token = await sign({ status: { status_list: { idx: 7, uri } } }, {}, key)
      const { fetcher, now } = options
      const given = { issuer: name, audience: API, fetcher, now, status: 'list' } as const
      for (const later of [0, 4]) {
        clock.now += later
        expect(await outcome(token, given)).toBe(UNREACHABLE)
      }
      expect(asked).toBe(1)
      text = await signed()
      clock.now += 1
      expect(await outcome(token, given)).toBe('passes')
    },
  )

  it('may be as long as a list that nothing compresses', async () => {
    const bytes = new Uint8Array(2 ** 20)
    for (let at = 0; at < bytes.length; at += 65_536) {
      crypto.getRandomValues(bytes.subarray(at, at + 65_536))
    }
    bytes[1] = 0
    expect(await outcomeWith(await signed(bits(8, await listOf(bytes))), { idx: 1, uri })).toBe(
      'passes',
    )
  })

  it('is not read to an end that does not come', async () => {
    let isCancelled = false
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(2 ** 20)),
      cancel: () => void (isCancelled = true),
    })
    expect(await outcomeWith(new Response(endless))).toBe(UNREACHABLE)
    await vi.waitFor(() => expect(isCancelled).toBe(true))
  })

  it.each<[string, () => Json]>([
    ['beyond the list', () => ({ idx: 256, uri })],
    ['at a negative index', () => ({ idx: -1, uri })],
    ['at an index that is no whole number', () => ({ idx: 1.5, uri })],
    ['at another server', () => ({ idx: 1, uri: 'https://other.example/oauth/status-lists/one' })],
    ['at a server that begins alike', () => ({ idx: 1, uri: `${issuer.issuer}.evil.example/one` })],
    ['nowhere', () => ({})],
  ])('a token with its place %s is refused', async (_, place) => {
    expect(await outcomeWith(await signed(), place())).toBe(INACTIVE)
  })

  it.each(VECTORS)('is read as the draft’s vector of $bits bits says', async (vector) => {
    const list = await signed(bits(vector.bits, vector.lst))
    for (const place of Object.keys(vector.values).map(Number)) {
      expect(await outcomeWith(list, { idx: place, uri })).toBe(INACTIVE)
    }
    for (const idx of [1, 1992, 1994, 934_533, 934_535, 2 ** 20 - 1]) {
      expect(await outcomeWith(list, { idx, uri })).toBe('passes')
    }
  })

  it.each([1, 4, 8])('may have %s bits an entry', async (n) => {
    const bytes = new Uint8Array(64)
    bytes[n - 1] = 2 ** n - 1
    const place = (idx: number) => ({ idx, uri })
    const list = await signed(bits(n, await listOf(bytes)))
    const first = ((n - 1) * 8) / n
    expect(await outcomeWith(list, place(first))).toBe(INACTIVE)
    expect(await outcomeWith(list, place(first + Math.ceil(8 / n)))).toBe('passes')
  })
})

describe('the option', () => {
  const options = { issuer: 'https://auth.example', audience: API }
  it.each([
    ['another status', { status: 'lists' }, /status must be/],
    ['a staleness beside it', { status: 'list', maxStaleness: 10 }, /do not go together/],
  ])('is not %s', async (_, more, message) => {
    const wrong = { ...options, ...more } as GuardOptions
    await expect(verifyRequest(requestWith('x'), wrong)).rejects.toThrow(message)
  })
})
