import { expect, it } from 'vitest'
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

const mistyped = (secret: string) => secret.slice(0, -1) + (secret.endsWith('0') ? '1' : '0')

async function fail(server: TestServer, client: Credentials, times: number, address = HERE) {
  for (let i = 0; i < times; i++) {
    expect((await ask(server, client, address)).status).toBe(401)
  }
}

it('answers 429 and when to come again after too many failures of a client from an address', async () => {
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
    error: expect.any(String),
    error_description: expect.any(String),
  })
})

it('lets the right secret wait at that address, and hears it at once from another', async () => {
  const { server, client, wrong } = await started({ perClient: 3 })
  await fail(server, wrong, 3)
  expect((await ask(server, client, HERE)).status).toBe(429)
  expect((await ask(server, client, ELSEWHERE)).status).toBe(200)
})

it('locks no client out, however many addresses fail in its name', async () => {
  const { server, client, wrong } = await started({ perClient: 2, perAddress: 5 })
  for (let i = 10; i < 40; i++) await fail(server, wrong, 2, `198.51.100.${i}`)
  expect((await ask(server, client, HERE)).status).toBe(200)
})

it('leaves other clients at the address alone until the address has had enough', async () => {
  const { server, wrong, other } = await started({ perClient: 3, perAddress: 5 })
  await fail(server, wrong, 3)
  expect((await ask(server, other, HERE)).status).toBe(200)
  await fail(server, { id: 'nobody', secret: 'nothing' }, 2)
  const response = await ask(server, other, HERE)
  expect(response.status).toBe(429)
  expect(response.headers.get('retry-after')).toBe('60')
  expect((await ask(server, other, ELSEWHERE)).status).toBe(200)
})

it('ends the wait a minute after the first failure, by the clock', async () => {
  const { server, client, wrong } = await started({ perClient: 3 })
  await fail(server, wrong, 1)
  server.clock.now = NOON + 30
  await fail(server, wrong, 2)
  server.clock.now = NOON + 59
  const early = await ask(server, client, HERE)
  expect([early.status, early.headers.get('retry-after')]).toEqual([429, '1'])
  server.clock.now = NOON + 60
  expect((await ask(server, client, HERE)).status).toBe(200)
})

it('counts from nothing in the next minute', async () => {
  const { server, wrong } = await started({ perClient: 3 })
  await fail(server, wrong, 3)
  server.clock.now = NOON + 60
  await fail(server, wrong, 3)
  expect((await ask(server, wrong, HERE)).status).toBe(429)
})

it('counts failures at introspection, revocation and rotation together with those at the token endpoint', async () => {
  const { server, client, wrong } = await started({ perClient: 4 })
  const headers = { 'CF-Connecting-IP': HERE }
  for (const path of ['/oauth/token', '/oauth/introspect', '/oauth/revoke', '/oauth/rotate']) {
    const response = await server.form(path, { ...GRANT, token: 'x' }, wrong, headers)
    expect(response.status, path).toBe(401)
  }
  for (const path of ['/oauth/token', '/oauth/introspect', '/oauth/revoke', '/oauth/rotate']) {
    const response = await server.form(path, { ...GRANT, token: 'x' }, client, headers)
    expect(response.status, path).toBe(429)
    expect(response.headers.get('retry-after'), path).toBe('60')
  }
})

it('counts mistyped secrets, and unknown clients too', async () => {
  const { server, client } = await started({ perClient: 2, perAddress: 4 })
  await fail(server, { id: client.id, secret: mistyped(client.secret) }, 2)
  expect((await ask(server, client, HERE)).status).toBe(429)
  await fail(server, { id: 'nobody', secret: client.secret }, 2)
  expect((await ask(server, { id: 'nobody', secret: client.secret }, HERE)).status).toBe(429)
})

it('counts no success', async () => {
  const { server, client, wrong } = await started({ perClient: 3 })
  await fail(server, wrong, 2)
  for (let i = 0; i < 10; i++) expect((await ask(server, client, HERE)).status).toBe(200)
  await fail(server, wrong, 1)
  expect((await ask(server, client, HERE)).status).toBe(429)
})

it('believes no header that the caller can write about its address', async () => {
  const { server, client, wrong } = await started({ perClient: 3 })
  await fail(server, wrong, 3)
  const forged = { 'X-Forwarded-For': ELSEWHERE, 'X-Real-IP': ELSEWHERE, Forwarded: 'for=1.2.3.4' }
  expect((await ask(server, client, HERE, forged)).status).toBe(429)
})

it('counts a whole IPv6 /64 as one address', async () => {
  const { server, client, wrong } = await started({ perClient: 3 })
  for (const host of ['1', 'ffff:2:3:4', 'abcd:ef01:0:1']) {
    await fail(server, wrong, 1, `2001:db8:0:7:${host.includes(':') ? host : `:${host}`}`)
  }
  expect((await ask(server, client, '2001:db8:0:7::99')).status).toBe(429)
  expect((await ask(server, client, '2001:0db8:0000:0007:1:2:3:4')).status).toBe(429)
  expect((await ask(server, client, '2001:db8:0:8::1')).status).toBe(200)
})

it('hears 100 failures of a client and 1,000 of an address in a minute by default', async () => {
  const { server, client, other, wrong } = await started()
  await fail(server, wrong, 100)
  expect((await ask(server, client, HERE)).status).toBe(429)
  const secret = mistyped(client.secret)
  for (let i = 0; i < 9; i++) await fail(server, { id: `nobody${i}`, secret }, 99)
  await fail(server, { id: 'nobody', secret }, 8)
  expect((await ask(server, other, HERE)).status).toBe(200)
  await fail(server, { id: 'nobody', secret }, 1)
  expect((await ask(server, other, HERE)).status).toBe(429)
  expect((await ask(server, client, ELSEWHERE)).status).toBe(200)
})
