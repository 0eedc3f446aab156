import { exports } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import type { GuardOptions, IntrospectionAnswer } from '../../src/guard/index.ts'
import type { TokenIntrospection } from '../../src/worker.ts'
import { pastCooldown } from '../support/past-cooldown.ts'
import { API, ISSUER, testServer } from '../support/server.ts'
import { keyPair, outcome, realIssuer, scriptedIssuer, UNREACHABLE } from './issuers.ts'

const INTROSPECTION = '/oauth/introspect'

describe('maxStaleness 0', () => {
  it('asks the server for each request, with the credentials of the API', async () => {
    const { options, token, asked } = await realIssuer()
    for (let i = 0; i < 3; i++) expect(await outcome(token, options)).toBe('passes')
    expect(asked.filter((path) => path === INTROSPECTION)).toHaveLength(3)
  })

  it('cannot tell when the credentials of the API are wrong, and logs that as an error', async () => {
    const { options, token, issuer } = await realIssuer()
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const clientSecret = `${options.clientSecret}x`
    expect(await outcome(token, { ...options, clientSecret })).toBe(UNREACHABLE)
    const lines = logged.mock.calls.map(([line]) => JSON.parse(String(line)) as unknown)
    logged.mockRestore()
    const url = `${issuer}/oauth/introspect`
    expect(lines).toContainEqual({ level: 'error', guard: 'no answer', url, status: 401 })
  })

  it('refuses a token that the API may not ask about', async () => {
    const { options, token, server } = await realIssuer()
    const stranger = await server.client({ [API]: 'invoices:read' })
    const credentials = { clientId: stranger.id, clientSecret: stranger.secret }
    expect(await outcome(token, { ...options, ...credentials })).toBe('401 invalid_token')
  })

  it('sends credentials form-encoded, and the token in the body alone', async () => {
    const { options, sign, script } = await scriptedIssuer()
    const sent: RequestInit[] = []
    script.introspection = (init) => {
      sent.push(init)
      return Response.json({ active: true })
    }
    const token = await sign()
    await outcome(token, { ...options, clientId: 'a:b', clientSecret: 'c%d' })
    expect(sent[0]).toMatchObject({
      method: 'POST',
      redirect: 'manual',
      headers: {
        Authorization: `Basic ${btoa('a%3Ab:c%25d')}`,
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      body: `token=${token}`,
    })
  })
})

describe('maxStaleness from 1 to 59', () => {
  it('remembers that a token is active for less than so many seconds after the question', async () => {
    const { options, token, client, server, asked } = await realIssuer()
    const guarded = { ...options, maxStaleness: 10 }
    expect(await outcome(token, guarded)).toBe('passes')
    await server.suspend(client)
    server.clock.now += 9
    expect(await outcome(token, guarded)).toBe('passes')
    expect(asked.filter((path) => path === INTROSPECTION)).toHaveLength(1)
    server.clock.now += 1
    expect(await outcome(token, guarded)).toBe('401 invalid_token')
  })

  it('remembers that a token is not active for as long', async () => {
    const { options, token, client, server } = await realIssuer()
    const guarded = { ...options, maxStaleness: 10 }
    await server.suspend(client)
    expect(await outcome(token, guarded)).toBe('401 invalid_token')
    await server.resume(client)
    server.clock.now += 9
    expect(await outcome(token, guarded)).toBe('401 invalid_token')
    server.clock.now += 1
    expect(await outcome(token, guarded)).toBe('passes')
  })

  it('counts from the question, however long its answer takes', async () => {
    const { options, sign, script, clock, questions } = await scriptedIssuer()
    const guarded = { ...options, maxStaleness: 10 }
    const answer = script.introspection
    script.introspection = (init) => {
      clock.now += 4
      return answer(init)
    }
    const token = await sign()
    await outcome(token, guarded)
    clock.now += 5
    await outcome(token, guarded)
    expect(questions()).toBe(1)
    clock.now += 1
    await outcome(token, guarded)
    expect(questions()).toBe(2)
  })

  it('remembers each token by itself', async () => {
    const { options, sign, questions } = await scriptedIssuer()
    const guarded = { ...options, maxStaleness: 59 }
    const tokens = [await sign(), await sign({ jti: 'token-2' })]
    for (const token of [...tokens, ...tokens]) await outcome(token, guarded)
    expect(questions()).toBe(2)
  })

  it('remembers each token by the whole of it: of two with one payload the other key is revoked', async () => {
    const { options, sign, script } = await scriptedIssuer()
    const revoked = await keyPair('key-2')
    const { keys } = await (await script.keys()).json<{ keys: object[] }>()
    script.keys = () => Response.json({ keys: [...keys, revoked.jwk] })
    const [good, bad] = [await sign(), await sign({}, {}, revoked)]
    expect(good.split('.')[1]).toBe(bad.split('.')[1])
    script.introspection = ({ body }) =>
      Response.json({ active: body === `token=${good}`, scope: 'invoices:read' })
    const guarded = { ...options, maxStaleness: 59 }
    for (let i = 0; i < 2; i++) {
      expect(await outcome(good, guarded)).toBe('passes')
      expect(await outcome(bad, guarded)).toBe('401 invalid_token')
    }
  })

  it('remembers nothing for a guard beside it that wants to know each time', async () => {
    const { options, token, client, server } = await realIssuer()
    expect(await outcome(token, { ...options, maxStaleness: 59 })).toBe('passes')
    await server.suspend(client)
    expect(await outcome(token, options)).toBe('401 invalid_token')
  })

  it('does not let an answer that was long on its way replace one to a later question', async () => {
    const { options, sign, script, clock } = await scriptedIssuer()
    const guarded = { ...options, maxStaleness: 10 }
    const token = await sign()
    expect(await outcome(token, guarded)).toBe('passes')
    clock.now += 10
    const slow = Promise.withResolvers<Response>()
    script.introspection = () => slow.promise
    const first = outcome(token, guarded)
    await new Promise((resolve) => setTimeout(resolve, 10))
    clock.now += 1
    script.introspection = () => Response.json({ active: false })
    expect(await outcome(token, guarded)).toBe('401 invalid_token')
    slow.resolve(Response.json({ active: true }))
    await first
    expect(await outcome(token, guarded)).toBe('401 invalid_token')
  })

  it('has a token expire though it is remembered as active', async () => {
    const { options, sign, clock } = await scriptedIssuer()
    const token = await sign({ exp: clock.now + 5 })
    const guarded = { ...options, maxStaleness: 59 }
    expect(await outcome(token, guarded)).toBe('passes')
    clock.now += 5
    expect(await outcome(token, guarded)).toBe('401 invalid_token')
  })
})

/** The binding that a Worker in the same account has. */
type Bound = { TokenIntrospection: Service<typeof TokenIntrospection> }

/** An issuer that is asked by a call over a binding, whose answer the test chooses. */
async function bound(introspect: (token: string) => unknown) {
  const issuer = await scriptedIssuer()
  const { clientId: _id, clientSecret: _secret, ...rest } = issuer.options
  const calling = introspect as (token: string) => Promise<IntrospectionAnswer>
  const options: GuardOptions = {
    ...rest,
    fetcher: { ...rest.fetcher, introspect: calling },
  }
  return { ...issuer, options }
}

describe('over a service binding', () => {
  it('the entry point of the Worker answers, without credentials', async () => {
    const server = testServer()
    await server.api()
    const client = await server.client({ [API]: 'invoices:read' })
    const token = await server.token(client)
    const { TokenIntrospection: fetcher } = exports as unknown as Bound
    const now = pastCooldown(server.clock)
    const options: GuardOptions = { issuer: ISSUER, audience: API, fetcher, now }
    // On a busy machine the entry point may take longer to load than the guard waits: asked once without it.
    await fetcher.introspect(token)
    expect(await outcome(token, options)).toBe('passes')
    await server.suspend(client)
    expect(await outcome(token, options)).toBe('401 invalid_token')
    await server.resume(client)
    expect(await outcome(token, { ...options, maxStaleness: 10 })).toBe('passes')
  })

  it('answers are remembered as over HTTPS, and nothing is posted', async () => {
    const asked: string[] = []
    const { options, sign, questions } = await bound(async (token) => {
      asked.push(token)
      return { active: true, scope: 'invoices:read' }
    })
    const token = await sign()
    for (let i = 0; i < 3; i++) await outcome(token, { ...options, maxStaleness: 10 })
    expect(asked).toEqual([token])
    for (let i = 0; i < 3; i++) await outcome(token, options)
    expect(asked).toHaveLength(4)
    expect(questions()).toBe(0)
  })

  it.each<[string, () => unknown]>([
    ['throws', () => Promise.reject(new Error('The Worker threw'))],
    [
      'throws at once',
      () => {
        throw new Error('no such method')
      },
    ],
    ['hangs', () => new Promise(() => {})],
    ['answers nothing', async () => undefined],
    ['answers null', async () => null],
    ['answers true', async () => true],
    ['answers active in words', async () => ({ active: 'true' })],
    ['answers a scope that is no text', async () => ({ active: true, scope: ['a'] })],
  ])('a server that %s is one that is down: 503', async (_name, introspect) => {
    const { options, sign } = await bound(introspect)
    expect(await outcome(await sign(), options)).toBe(UNREACHABLE)
  })
})
