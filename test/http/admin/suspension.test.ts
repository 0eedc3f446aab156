import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { API, ISSUER, type Json, testServer } from '../../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000

async function setUp(fields: Json = {}) {
  const server = testServer({ now: NOW })
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' }, fields)
  const caller = await server.client({ [API]: 'tokens:introspect' })
  return { server, client, caller, path: `/clients/${client.id}` }
}

describe('suspending a client', () => {
  it('answers with the client, suspended, when and why', async () => {
    const { server, client, path } = await setUp()
    const body = await (await server.suspend(client, { reason: 'seen in\na public log' })).json()
    const { client_secret: _, ...before } = client.body
    expect(body).toEqual({
      ...before,
      status: 'suspended',
      suspended_at: '2026-11-22T10:00:00Z',
      suspended_reason: 'seen in\na public log',
      propagation: 'complete',
    })
    expect(await server.adminOk('GET', path)).toEqual(body)
  })

  it('needs no reason and no body', async () => {
    const { server, client } = await setUp()
    expect(await (await server.suspend(client)).json()).toMatchObject({
      status: 'suspended',
      suspended_reason: null,
    })
    const other = await server.client()
    expect(await (await server.suspend(other, {})).json()).toMatchObject({
      status: 'suspended',
      suspended_reason: null,
    })
  })

  it.each([
    [{ reason: 7 }, 'reason'],
    [{ reason: null }, 'reason'],
    [{ reason: '\u202e' }, 'reason'],
    [{ reason: 'a'.repeat(1001) }, 'reason'],
    [{ until: '2027-01-01' }, 'until'],
  ])('is refused for %j, and not done', async (body, field) => {
    const { server, client, path } = await setUp()
    const response = await server.suspend(client, body)
    expect(response.status).toBe(400)
    expect((await response.json<Json>())['errors']).toMatchObject([{ field }])
    expect(await server.adminOk('GET', path)).toMatchObject({ status: 'available' })
  })

  it('is idempotent: the first moment and reason stay, and it is one event', async () => {
    const { server, client } = await setUp()
    const first = await server.suspend(client, { reason: 'first' })
    server.clock.now += 60
    const second = await server.suspend(client, { reason: 'second' })
    expect(await second.json()).toEqual(await first.json())
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'))
    const events = await server.adminOk('GET', '/audit-events?action=client.suspended')
    expect(events['data']).toHaveLength(1)
  })

  it('stops every door at once: token, introspection, revocation of others, this API', async () => {
    const server = testServer({ now: NOW })
    await server.api()
    const client = await server.client({ [API]: 'invoices:read' })
    const manager = await server.client({ [ISSUER]: 'clients:manage tokens:introspect' })
    const token = await server.token(client)
    const bearer = await server.token(manager)
    expect((await server.admin('GET', '/clients', undefined, bearer)).status).toBe(200)
    await server.suspend(manager)
    expect((await server.admin('GET', '/clients', undefined, bearer)).status).toBe(401)
    const asBearer = { Authorization: `Bearer ${bearer}` }
    const introspection = await server.form('/oauth/introspect', { token }, undefined, asBearer)
    expect(introspection.status).toBe(401)
    for (const path of ['/oauth/introspect', '/oauth/revoke', '/oauth/rotate']) {
      expect((await server.form(path, { token }, manager)).status).toBe(401)
    }
    expect((await server.tokenRequest(manager)).status).toBe(401)
  })

  it('tells why only who has the right secret', async () => {
    const { server, client } = await setUp()
    await server.suspend(client)
    const right = await (await server.tokenRequest(client)).json<Json>()
    expect(right['error_description']).toContain('suspended')
    const wrong = { ...client, secret: 'pc_not_the_secret' }
    expect(await (await server.tokenRequest(wrong)).text()).not.toContain('suspended')
  })

  it('still lets an administrator change the client, which stays suspended', async () => {
    const { server, client, path } = await setUp()
    await server.suspend(client)
    const made = await server.adminOk('POST', `${path}/secrets`)
    expect(await server.adminOk('PATCH', path, { description: 'b' })).toMatchObject({
      status: 'suspended',
      description: 'b',
    })
    expect((await server.tokenRequest({ ...client, secret: made['client_secret'] })).status).toBe(
      401,
    )
  })
})

describe('resuming a client', () => {
  it('gives back the same secrets and tokens', async () => {
    const { server, client, caller, path } = await setUp()
    const token = await server.token(client)
    const before = await server.introspect(token, caller)
    await server.suspend(client, { reason: 'a mistake' })
    const response = await server.resume(client)
    expect(response.status).toBe(200)
    const body = await response.json<Json>()
    expect(body).toMatchObject({
      status: 'available',
      suspended_at: null,
      suspended_reason: null,
      propagation: 'complete',
    })
    expect(await server.adminOk('GET', path)).toEqual(body)
    expect(await server.introspect(token, caller)).toEqual(before)
    expect((await server.tokenRequest(client)).status).toBe(200)
    expect(await env.DENYLIST.get(`client:${client.id}`, 'json')).toEqual({
      version: 2,
      suspended: false,
      generation: 0,
      revoked: [],
    })
  })

  it('is idempotent, of a client that was never suspended too', async () => {
    const { server, client } = await setUp()
    const { client_secret: _, ...before } = client.body
    expect(await (await server.resume(client)).json()).toEqual(before)
    const events = await server.adminOk('GET', '/audit-events?action=client.resumed')
    expect(events['data']).toEqual([])
  })

  it.each([
    ['2026-11-22', 'expired', 'secret_expired'],
    ['2026-12-10', 'needs_attention', 'secret_expiring'],
    ['2027-06-30', 'available', undefined],
  ])('with a secret that ends on %s is then %s', async (expires_on, status, reason) => {
    const { server, client } = await setUp({ secret: { expires_on } })
    await server.suspend(client)
    server.clock.now += 5 * 86_400
    const suspended = await server.adminOk('GET', `/clients/${client.id}`)
    expect(suspended).toMatchObject({ status: 'suspended' })
    const resumed = await (await server.resume(client)).json<Json>()
    expect(resumed['status']).toBe(status)
    expect(resumed['attention']).toEqual(suspended['attention'])
    expect(resumed['attention'][0]?.reason).toBe(reason)
  })
})
