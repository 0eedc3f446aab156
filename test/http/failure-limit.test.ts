import { describe, expect, it } from 'vitest'
import { formatSecret } from '../../src/domain/secret-text.ts'
import { countingServer } from '../support/counting.ts'
import { API, type Client, type TestServer, testServer } from '../support/server.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const GRANT = { grant_type: 'client_credentials' }
const HERE = '192.0.2.1'
const ELSEWHERE = '192.0.2.2'

async function started(failureLimits?: { perClient?: number; perAddress?: number }) {
  const server = testServer({ now: NOON, failureLimits })
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  const other = await server.client({ [API]: 'invoices:read' })
  return { server, client, other, wrong: { ...client, secret: other.secret } }
}

type Credentials = Pick<Client, 'id' | 'secret'>

const ask = (server: TestServer, client: Credentials, address: string, headers = {}) =>
  server.form('/oauth/token', GRANT, client, { 'CF-Connecting-IP': address, ...headers })

async function asked(server: TestServer, client: Credentials, address = HERE): Promise<number> {
  return (await ask(server, client, address)).status
}

const mistyped = (secret: string) => secret.slice(0, -1) + (secret.endsWith('0') ? '1' : '0')

/** A well-formed, unknown secret: another one for each number. */
const wellFormed = (n: number) => formatSecret('AbCdEfGhIjKl', String(n).padStart(43, 'x'))

/** A caller that sends a different well-formed secret each time. */
const guessing = ({ id }: { id: string }, n: number) => ({ id, secret: wellFormed(n) })

async function fail(server: TestServer, client: Credentials, times: number, address = HERE) {
  for (let i = 0; i < times; i++) expect(await asked(server, client, address)).toBe(401)
}

it('answers 429 and when to come again after too many failures of one secret from an address', async () => {
  const { server, wrong } = await started({ perClient: 3 })
  await fail(server, wrong, 3)
  const response = await ask(server, wrong, HERE)
  expect(response.status).toBe(429)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'retry-after': '60',
    'cache-control': 'no-store',
    pragma: 'no-cache',
    'x-content-type-options': 'nosniff',
  })
  expect(await response.json()).toEqual({
    error: 'slow_down',
    error_description: expect.any(String),
  })
})

describe('the right secret gets in', () => {
  it('from the address at which another of the same client failed too often', async () => {
    const { server, client, wrong } = await started({ perClient: 3 })
    await fail(server, wrong, 3)
    expect(await asked(server, wrong)).toBe(429)
    expect(await asked(server, client)).toBe(200)
    expect(await asked(server, client, ELSEWHERE)).toBe(200)
    expect(await asked(server, wrong)).toBe(429)
  })

  it('where its own key id was guessed at', async () => {
    const { server, client } = await started({ perClient: 3, perAddress: 5 })
    const keyId = client.secret.slice(3, 15)
    for (let i = 0; i < 7; i++) {
      const secret = formatSecret(keyId, String(i).padStart(43, 'x'))
      expect(await asked(server, { id: client.id, secret })).toBe(i < 5 ? 401 : 429)
    }
    expect(await asked(server, client)).toBe(200)
  })

  it('where the address has had enough of others, for the first time too', async () => {
    const { server, client, other } = await started({ perClient: 3, perAddress: 5 })
    for (let i = 0; i < 12; i++) {
      const status = await asked(server, guessing(i % 2 ? client : { id: 'nobody' }, i))
      expect(status).toBe(i < 5 ? 401 : 429)
    }
    expect(await asked(server, client)).toBe(200)
    expect(await asked(server, other)).toBe(200)
  })

  it('beside stale replicas of many clients, which stop themselves alone', async () => {
    const { server, client, other } = await started({ perClient: 4, perAddress: 10 })
    const stale = Array.from({ length: 8 }, (_, n) => guessing(n % 2 ? client : other, n))
    for (let round = 0; round < 6; round++) {
      for (const one of stale) expect([401, 429]).toContain(await asked(server, one))
      expect([await asked(server, client), await asked(server, other)]).toEqual([200, 200])
    }
    for (const one of stale) expect(await asked(server, one)).toBe(429)
  })

  it('from anywhere, however many addresses fail in its client’s name', async () => {
    const { server, client, wrong } = await started({ perClient: 2, perAddress: 5 })
    for (let i = 10; i < 40; i++) await fail(server, wrong, 2, `198.51.100.${i}`)
    expect(await asked(server, client)).toBe(200)
  })

  it('but not where its own address makes up ten times as many different ones', async () => {
    const { server, client, other } = await started({ perClient: 2, perAddress: 2 })
    for (let i = 0; i < 19; i++) await asked(server, guessing(client, i))
    expect(await asked(server, other)).toBe(200)
    await asked(server, guessing(client, 19))
    expect(await asked(server, other)).toBe(429)
    expect(await asked(server, other, ELSEWHERE)).toBe(200)
    server.clock.now = NOON + 60
    expect(await asked(server, other)).toBe(200)
  })
})

describe('what failed too often is not looked up', () => {
  const statuses = [401, 401, 401, 429, 429, 429]

  async function readsOf(attempts: (n: number) => Credentials) {
    const server = countingServer(NOON, () => {}, { perClient: 3, perAddress: 3 })
    const seen: [number, number][] = []
    for (let n = 0; n < 6; n++) {
      const { id, secret } = attempts(n)
      const authorization = `Basic ${btoa(`${id}:${secret}`)}`
      const { response, before } = await server.form('/oauth/token', GRANT, authorization)
      seen.push([response.status, before.reads])
    }
    expect(seen.map(([status]) => status)).toEqual(statuses)
    // The first failure in an isolate reads more: it asks whether the pepper is the right one.
    return seen.slice(1).map(([, reads]) => reads)
  }

  it('where it is one secret again and again', async () => {
    expect(await readsOf(() => guessing({ id: 'nobody' }, 1))).toEqual([1, 1, 0, 0, 0])
  })

  it('where it is none of our secrets, another each time', async () => {
    const any = (n: number) => ({ id: 'client_nobody', secret: `hunter${n}` })
    expect(await readsOf(any)).toEqual([1, 1, 0, 0, 0])
    expect(await readsOf((n) => ({ id: `client_nobody${n}`, secret: 'hunter2' }))).toEqual([
      1, 1, 0, 0, 0,
    ])
  })

  it('and what may have come with a client of another server is', async () => {
    const any = (n: number) => ({ id: 'nobody', secret: `hunter${n}` })
    expect(await readsOf(any)).toEqual([1, 1, 1, 1, 1])
  })

  it('and what has not failed yet is, which may be right', async () => {
    expect(await readsOf((n) => guessing({ id: 'nobody' }, n))).toEqual([1, 1, 1, 1, 1])
  })
})

it('answers no more 401 than it should to many at once', async () => {
  const { server, client, wrong } = await started({ perClient: 3 })
  const many = await Promise.all(Array.from({ length: 12 }, () => asked(server, wrong)))
  expect(many.filter((status) => status === 401)).toHaveLength(3)
  expect(many.filter((status) => status === 429)).toHaveLength(9)
  expect(await asked(server, client)).toBe(200)
})

it('tells an unknown client from a wrong secret by nothing, before and after the limit', async () => {
  const { server, client } = await started({ perClient: 2, perAddress: 4 })
  const answerTo = async (one: Credentials, address: string) => {
    const answers: unknown[] = []
    for (let i = 0; i < 4; i++) {
      const response = await ask(server, one, address)
      answers.push([response.status, [...response.headers], await response.text()])
    }
    return answers
  }
  const known = await answerTo(guessing(client, 1), HERE)
  expect(await answerTo({ id: 'client_nobody', secret: wellFormed(1) }, ELSEWHERE)).toEqual(known)
  expect(await answerTo({ id: client.id, secret: 'hunter2' }, '192.0.2.3')).toEqual(known)
})

it('ends the wait a minute after the first failure, by the clock', async () => {
  const { server, wrong } = await started({ perClient: 3 })
  await fail(server, wrong, 1)
  server.clock.now = NOON + 30
  await fail(server, wrong, 2)
  server.clock.now = NOON + 59
  const early = await ask(server, wrong, HERE)
  expect([early.status, early.headers.get('retry-after')]).toEqual([429, '1'])
  server.clock.now = NOON + 60
  expect(await asked(server, wrong)).toBe(401)
})

it('counts from nothing in the next minute', async () => {
  const { server, wrong } = await started({ perClient: 3 })
  await fail(server, wrong, 3)
  server.clock.now = NOON + 60
  await fail(server, wrong, 3)
  expect(await asked(server, wrong)).toBe(429)
})

it('counts failures at introspection, revocation and rotation together with those at the token endpoint', async () => {
  const { server, client, wrong } = await started({ perClient: 4 })
  const headers = { 'CF-Connecting-IP': HERE }
  const post = (path: string, who: Client) =>
    server.form(path, { ...GRANT, token: 'x' }, who, headers)
  for (const path of ['/oauth/token', '/oauth/introspect', '/oauth/revoke', '/oauth/rotate']) {
    expect((await post(path, wrong)).status, path).toBe(401)
  }
  for (const path of ['/oauth/token', '/oauth/introspect', '/oauth/revoke', '/oauth/rotate']) {
    const response = await post(path, wrong)
    expect(response.status, path).toBe(429)
    expect(response.headers.get('retry-after'), path).toBe('60')
    expect((await post(path, client)).status, path).not.toBe(429)
  }
})

it('counts mistyped secrets, and unknown clients too', async () => {
  const { server, client } = await started({ perClient: 2, perAddress: 4 })
  await fail(server, { id: client.id, secret: mistyped(client.secret) }, 2)
  expect(await asked(server, { id: client.id, secret: mistyped(client.secret) })).toBe(429)
  await fail(server, { id: 'nobody', secret: client.secret }, 2)
  expect(await asked(server, { id: 'nobody', secret: client.secret })).toBe(429)
  expect(await asked(server, client)).toBe(200)
})

it('counts no success', async () => {
  const { server, client, wrong } = await started({ perClient: 3 })
  await fail(server, wrong, 2)
  for (let i = 0; i < 10; i++) expect(await asked(server, client)).toBe(200)
  await fail(server, wrong, 1)
  expect(await asked(server, wrong)).toBe(429)
})

it('hears 100 failures of a secret and 1,000 of an address in a minute by default', async () => {
  const { server, client, wrong } = await started()
  await fail(server, wrong, 100)
  expect(await asked(server, wrong)).toBe(429)
  const secret = mistyped(client.secret)
  for (let i = 0; i < 9; i++) await fail(server, { id: `nobody${i}`, secret }, 100)
  expect(await asked(server, { id: 'nobody', secret })).toBe(429)
  expect(await asked(server, guessing(client, 1))).toBe(429)
  expect(await asked(server, client)).toBe(200)
  expect(await asked(server, guessing(client, 1), ELSEWHERE)).toBe(401)
})
