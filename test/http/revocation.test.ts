import { env } from 'cloudflare:workers'
import { decodeJwt } from 'jose'
import { expect, it } from 'vitest'
import { unreachableDatabase, watchedDatabase } from '../support/counting.ts'
import { API, ISSUER, type Json, testServer } from '../support/server.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const INACTIVE = { active: false }

async function started(now = NOON) {
  const server = testServer({ now })
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  const other = await server.client({ [API]: 'invoices:read' })
  const observer = await server.client({ [ISSUER]: 'tokens:introspect' })
  const look = (token: string) => server.introspect(token, observer)
  const revoke = (token: string, caller = client) => server.form('/oauth/revoke', { token }, caller)
  const events = async () =>
    (await server.adminOk('GET', '/audit-events?action=token.revoked'))['data'] as Json[]
  return { server, client, other, look, revoke, events }
}

it('revokes a token of the client that asks, and no other token', async () => {
  const { server, client, look, revoke } = await started()
  const [token, kept] = [await server.token(client), await server.token(client)]
  const response = await revoke(token)
  expect(response.status).toBe(200)
  expect(await response.text()).toBe('')
  expect(await look(token)).toEqual(INACTIVE)
  expect(await look(kept)).toMatchObject({ active: true })
})

it('tells the edge of a revoked token', async () => {
  // D1's own clock says which tokens have expired, and are left out.
  const { server, client, revoke } = await started(Math.floor(Date.now() / 1000))
  const token = await server.token(client)
  await revoke(token)
  expect(await env.DENYLIST.get(`client:${client.id}`, 'json')).toMatchObject({
    suspended: false,
    generation: 0,
    revoked: [decodeJwt(token).jti],
  })
})

it('takes a secret in the body as well', async () => {
  const { server, client, look } = await started()
  const token = await server.token(client)
  const fields = { token, client_id: client.id, client_secret: client.secret }
  expect((await server.form('/oauth/revoke', fields)).status).toBe(200)
  expect(await look(token)).toEqual(INACTIVE)
})

it('refuses to revoke a token of another client, which stays active', async () => {
  const { server, client, other, look, revoke } = await started()
  const token = await server.token(client)
  const response = await revoke(token, other)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: 'invalid_request' })
  expect(await look(token)).toMatchObject({ active: true })
})

it('refuses it from whoever may introspect every token, too', async () => {
  const { server, client, look, revoke } = await started()
  const powerful = await server.client({ [ISSUER]: 'tokens:introspect clients:manage' })
  const token = await server.token(client)
  expect((await revoke(token, powerful)).status).toBe(400)
  expect(await look(token)).toMatchObject({ active: true })
})

it.each(['x', 'a.b.c', '🔑', 'eyJhbGciOiJub25lIn0.e30.', 'x'.repeat(10_000)])(
  'answers 200 for "%.20s", which is no token',
  async (token) => {
    const { revoke, events } = await started()
    expect((await revoke(token)).status).toBe(200)
    expect(await events()).toEqual([])
  },
)

it('answers 200 for a token that has expired, and notes nothing', async () => {
  const { server, client, revoke, events } = await started()
  const token = await server.token(client)
  server.clock.now = NOON + 43_200
  expect((await revoke(token)).status).toBe(200)
  expect(await events()).toEqual([])
})

it('leaves a token alone whose signature is another’s', async () => {
  const { server, client, look, revoke, events } = await started()
  const [token, second] = [await server.token(client), await server.token(client)]
  const forged = [...token.split('.').slice(0, 2), second.split('.')[2]].join('.')
  expect((await revoke(forged)).status).toBe(200)
  expect(await look(token)).toMatchObject({ active: true })
  expect(await events()).toEqual([])
})

it('INV-14: notes a revocation once, however often and at once it is asked for', async () => {
  const { server, client, look, revoke, events } = await started()
  const token = await server.token(client)
  const answers = await Promise.all(Array.from({ length: 8 }, () => revoke(token)))
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200))
  expect((await revoke(token)).status).toBe(200)
  expect(await look(token)).toEqual(INACTIVE)
  expect(await events()).toMatchObject([
    {
      actor: { type: 'client', id: client.id },
      client_id: client.id,
      target: { type: 'token', id: decodeJwt(token).jti },
    },
  ])
})

it('INV-7: keeps no token in D1 or KV when it revokes one', async () => {
  const { server, client, revoke } = await started()
  const token = await server.token(client)
  await revoke(token)
  const signature = token.slice(token.lastIndexOf('.') + 1)
  const tables = await env.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'portcullis%'",
  ).all<{ name: string }>()
  expect(tables.results.length).toBeGreaterThan(5)
  for (const { name } of tables.results) {
    const { results } = await env.DB.prepare(`SELECT * FROM ${name}`).all()
    expect(JSON.stringify(results), name).not.toContain(signature)
  }
  expect(await env.DENYLIST.get(`client:${client.id}`)).not.toContain(signature)
})

it('INV-3: leaves a revoked token dead after a suspension and a resume', async () => {
  const { server, client, look, revoke } = await started()
  const token = await server.token(client)
  await revoke(token)
  await server.suspend(client)
  await server.resume(client)
  expect(await look(token)).toEqual(INACTIVE)
})

it.each([
  ['no token', '', 400],
  ['an empty token', 'token=', 400],
  ['a repeated token', 'token=a&token=b', 400],
  ['too long a token', `token=${'x'.repeat(16_384)}`, 413],
])('refuses a request with %s', async (_, body, status) => {
  const { server, client } = await started()
  const response = await server.form('/oauth/revoke', body, client)
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ error: 'invalid_request' })
})

it('answers a caller that does not authenticate as a client with 401', async () => {
  const { server, client, other, look, revoke } = await started()
  const token = await server.token(client)
  const wrong = { ...client, secret: other.secret }
  const answers = [
    await server.form('/oauth/revoke', { token }),
    await revoke(token, wrong),
    await server.form('/oauth/revoke', { token }, undefined, { Authorization: `Bearer ${token}` }),
  ]
  for (const response of answers) {
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic /)
    expect(await response.json()).toMatchObject({ error: 'invalid_client' })
  }
  expect(await look(token)).toMatchObject({ active: true })
})

it('lets no cache keep an answer, and no page of another origin read one', async () => {
  const { server, client } = await started()
  const origin = { Origin: 'https://other.example' }
  for (const caller of [client, undefined]) {
    const { headers } = await server.form('/oauth/revoke', { token: 'x' }, caller, origin)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('pragma')).toBe('no-cache')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('access-control-allow-origin')).toBeNull()
  }
})

it('INV-8: acknowledges no revocation that D1 did not commit', async () => {
  const { server, client, look } = await started()
  const token = await server.token(client)
  const readOnly = watchedDatabase(env.DB, (sql) => {
    if (!/^\s*(select|with)/i.test(sql)) throw new Error('D1_ERROR: no write succeeds')
  })
  for (const DB of [readOnly, unreachableDatabase()]) {
    const faulty = testServer({ now: NOON, env: { DB } })
    const response = await faulty.form('/oauth/revoke', { token }, client)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
  }
  expect(await look(token)).toMatchObject({ active: true })
})
