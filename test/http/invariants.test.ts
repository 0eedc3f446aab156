import { env } from 'cloudflare:workers'
import { decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import { ADMIN_ROUTES } from '../../src/http/admin/routes.ts'
import { aMinutePasses, type Fault, faultyD1, faultyKv } from '../doubles/faults.ts'
import { PUBLIC_JWK } from '../support/client-keys.ts'
import {
  API,
  ISSUER,
  type Client,
  type Json,
  type TestServer,
  testServer,
} from '../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000

async function setUp() {
  const server = testServer({ now: NOW })
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  const caller = await server.client({ [API]: 'tokens:introspect' })
  return { server, client, caller, token: await server.token(client) }
}

/** The denylist entry that D1 calls for, read past the server. */
async function entryByD1(clientId: string): Promise<Json | null> {
  const row = await env.DB.prepare(
    `SELECT denylist_version AS version, suspended_at IS NOT NULL AS suspended, generation,
       (SELECT json_group_array(jti) FROM portcullis_revoked_tokens r WHERE r.client_id = c.client_id) AS revoked
     FROM portcullis_clients c WHERE client_id = ?`,
  )
    .bind(clientId)
    .first<Json>()
  return row && { ...row, suspended: row['suspended'] === 1, revoked: JSON.parse(row['revoked']) }
}

const entryInKv = (clientId: string) => env.DENYLIST.get(`client:${clientId}`, 'json')

async function eventsOf(server: TestServer, clientId: string): Promise<string[]> {
  const { data } = await server.adminOk('GET', `/audit-events?client_id=${clientId}&limit=100`)
  return data.map((event: Json) => event['action']).reverse()
}

describe('suspension', () => {
  it.each(['throws', 'throws after commit'] as Fault[])(
    'INV-1: is total at once while KV %s, and says that the edge does not know yet',
    async (fault) => {
      const { server, client, caller, token } = await setUp()
      const DENYLIST = faultyKv(env.DENYLIST, ({ texts }) => texts[0]?.startsWith('put') && fault)
      const faulty = testServer({ now: NOW, env: { DENYLIST } })
      const manager = await server.client({ [ISSUER]: 'clients:read' })
      const bearer = await server.token(manager)
      for (const one of [client, manager]) {
        const response = await faulty.suspend(one)
        expect([response.status, await response.json()]).toMatchObject([
          200,
          { status: 'suspended', propagation: 'pending' },
        ])
      }
      for (const at of [server, faulty]) {
        expect(await at.introspect(token, caller)).toEqual({ active: false })
        expect((await at.tokenRequest(client)).status).toBe(401)
        expect((await at.admin('GET', '/clients', undefined, bearer)).status).toBe(401)
      }
    },
  )

  it('INV-1: holds for tokens that are asked for while it is being made', async () => {
    const { server, client, caller } = await setUp()
    const asked = Array.from({ length: 10 }, () => server.tokenRequest(client))
    const [suspended, ...answers] = await Promise.all([server.suspend(client), ...asked])
    expect(suspended?.status).toBe(200)
    for (const answer of answers) {
      const { access_token } = await answer.json<Json>()
      if (!answer.ok) continue
      expect(await server.introspect(access_token, caller)).toEqual({ active: false })
    }
    expect((await server.tokenRequest(client)).status).toBe(401)
  })

  it('INV-2: lets no token out after its acknowledgement, by any secret, scope or resource', async () => {
    const { server, client } = await setUp()
    const made = await server.adminOk('POST', `/clients/${client.id}/secrets`)
    await server.suspend(client)
    const later = await server.adminOk('POST', `/clients/${client.id}/secrets`)
    for (const secret of [client.secret, made['client_secret'], later['client_secret']]) {
      for (const fields of [{}, { scope: 'invoices:read' }, { resource: API }]) {
        const response = await server.tokenRequest({ ...client, secret }, fields)
        expect([response.status, await response.json()]).toMatchObject([
          401,
          { error: 'invalid_client' },
        ])
      }
    }
  })

  it('INV-3: is lifted exactly: what was active is, and what was revoked is not', async () => {
    const { server, client, caller, token } = await setUp()
    const [revoked, cut] = [await server.token(client), token]
    const ofOldKey = await (async () => {
      await server.adminOk('DELETE', `/clients/${client.id}/tokens`)
      return server.token(client)
    })()
    await server.adminOk('DELETE', `/signing-keys/${decodeProtectedHeader(ofOldKey).kid}`)
    const own = await server.token(client)
    await server.form('/oauth/revoke', { token: own }, client)
    const [long, short] = [await server.token(client), await server.token(client)]
    const before = [await server.introspect(long, caller), await server.introspect(short, caller)]
    expect(before).toMatchObject([{ active: true }, { active: true }])
    await server.suspend(client)
    expect(await server.introspect(long, caller)).toEqual({ active: false })
    await server.resume(client)
    expect([await server.introspect(long, caller), await server.introspect(short, caller)]).toEqual(
      before,
    )
    for (const dead of [revoked, cut, ofOldKey, own]) {
      expect(await server.introspect(dead, caller)).toEqual({ active: false })
    }
    server.clock.now += 43_200
    expect(await server.introspect(long, caller)).toEqual({ active: false })
  })
})

describe('deletion', () => {
  it('INV-4: is terminal on every route, and in every cache of it', async () => {
    const { server, client, caller, token } = await setUp()
    const key = { jwk: PUBLIC_JWK }
    const { key_id: keyId } = await server.adminOk('POST', `/clients/${client.id}/keys`, key)
    const name = { san_dns: 'a.example' }
    const certificates = `/clients/${client.id}/certificates`
    const { certificate_id: certificateId } = await server.adminOk('POST', certificates, name)
    await server.adminOk('DELETE', `/clients/${client.id}`)
    const bodies: Record<string, unknown> = {
      access: { roles: [], permissions: [] },
      keys: { jwk: PUBLIC_JWK },
      'federated-credentials': { issuer_id: 'iss_1', subject: 'workload-1' },
      certificates: name,
    }
    for (const { method, path } of ADMIN_ROUTES.filter((r) => r.path.includes(':client_id'))) {
      const body = bodies[path.split('/').at(-1) ?? ''] ?? {}
      const secretId = client.body['secrets'][0].secret_id
      const url = path
        .replace(':client_id', client.id)
        .replace(':secret_id', secretId)
        .replace(':key_id', keyId)
        .replace(':certificate_id', certificateId)
      const sends = ['POST', 'PUT', 'PATCH'].includes(method)
      const { status } = await server.admin(method, url, sends ? body : undefined)
      expect([method, path, status]).toEqual([method, path, 404])
    }
    for (let run = 0; run < 2; run++) {
      expect((await server.tokenRequest(client)).status).toBe(401)
      expect(await server.introspect(token, caller)).toEqual({ active: false })
      expect((await server.form('/oauth/revoke', { token }, client)).status).toBe(401)
      expect(await entryInKv(client.id)).toMatchObject({ suspended: true })
      server.clock.now += 3600
      await server.cron()
    }
  })

  it('INV-4: wins over a resume, a secret and a change that come at the same time', async () => {
    const { server, client, caller, token } = await setUp()
    await server.suspend(client)
    const path = `/clients/${client.id}`
    const [deleted, ...others] = await Promise.all([
      server.admin('DELETE', path),
      server.resume(client),
      server.admin('POST', `${path}/secrets`),
      server.admin('PATCH', path, { description: 'b' }),
    ])
    expect(deleted?.status).toBe(204)
    for (const { status } of others) expect([200, 201, 404]).toContain(status)
    expect((await server.admin('GET', path)).status).toBe(404)
    expect((await server.tokenRequest(client)).status).toBe(401)
    expect(await server.introspect(token, caller)).toEqual({ active: false })
    await aMinutePasses(server.clock, env.DB)
    await server.cron()
    expect(await entryInKv(client.id)).toMatchObject({ suspended: true })
  })
})

describe('what is acknowledged', () => {
  it('INV-8: is committed for each of thirty clients that are made at once', async () => {
    const { server } = await setUp()
    const names = Array.from({ length: 30 }, (_, n) => `parallel ${n}`)
    const answers = await Promise.all(
      names.map((client_name) => server.admin('POST', '/clients', { client_name })),
    )
    expect(answers.map((a) => a.status)).toEqual(names.map(() => 201))
    const { data } = await server.adminOk('GET', '/clients?q=parallel&limit=100')
    expect(data.map((c: Json) => c['client_name']).sort()).toEqual(names.sort())
    const { data: events } = await server.adminOk(
      'GET',
      '/audit-events?action=client.created&limit=100',
    )
    expect(events).toHaveLength(32)
  })

  it('INV-8: agrees in D1, the log and KV after twenty suspensions and resumes at once', async () => {
    const { server, client, caller, token } = await setUp()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        n % 2 ? server.resume(client) : server.suspend(client),
      ),
    )
    for (const answer of answers) expect(answer.status).toBe(200)
    await aMinutePasses(server.clock, env.DB)
    await server.cron()
    const { status, propagation } = await server.adminOk('GET', `/clients/${client.id}`)
    expect(propagation).toBe('complete')
    expect(await entryInKv(client.id)).toEqual(await entryByD1(client.id))
    const [created, ...events] = await eventsOf(server, client.id)
    expect(created).toBe('client.created')
    const alternating = events.map((_, n) => (n % 2 ? 'client.resumed' : 'client.suspended'))
    expect(events).toEqual(alternating)
    expect(events.at(-1)).toBe(
      status === 'suspended' ? 'client.suspended' : events.length ? 'client.resumed' : undefined,
    )
    expect(await server.introspect(token, caller)).toMatchObject({ active: status !== 'suspended' })
  })

  it('INV-8: of a lost answer of D1 is not done twice', async () => {
    const { server } = await setUp()
    const DB = faultyD1(env.DB, ({ texts }) => texts.length > 1 && 'throws after commit')
    const faulty = testServer({ now: NOW, env: { DB } })
    const body = await faulty.adminOk('POST', '/clients', { client_name: 'lost answer' })
    const { data } = await server.adminOk('GET', '/clients?q=lost+answer')
    expect(data.map((c: Json) => c['client_id'])).toEqual([body['client_id']])
    const made: Client = { id: body['client_id'], secret: body['client_secret'], body }
    expect((await server.suspend(made)).status).toBe(200)
    expect(await eventsOf(server, made.id)).toEqual(['client.created', 'client.suspended'])
  })
})
