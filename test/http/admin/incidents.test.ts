import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { faultyD1, faultyKv } from '../../doubles/faults.ts'
import {
  API,
  type Client,
  ISSUER,
  type Json,
  type TestServer,
  testServer,
} from '../../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10) / 1000
const REASON = 'secret in a public log'

let server: TestServer
let client: Client
let other: Client
let caller: Client

beforeEach(async () => {
  server = testServer({ now: NOW })
  await server.api()
  client = await server.client({ [API]: 'invoices:read' }, { client_name: 'Refund bot' })
  other = await server.client({ [API]: 'invoices:read' })
  caller = await server.client({ [API]: 'tokens:introspect' })
})

const respond = (body: Json, at = server, bearer?: string) =>
  at.admin('POST', '/incidents', { client_ids: [client.id], reason: REASON, ...body }, bearer)
const respondOk = async (body: Json = {}): Promise<Json> => {
  const response = await respond(body)
  expect(response.status).toBe(201)
  return response.json<Json>()
}
const show = (id: string) => server.adminOk('GET', `/incidents/${id}`)
const clientNow = ({ id }: Client = client) => server.adminOk('GET', `/clients/${id}`)
async function eventsOf({ id }: Client): Promise<Json[]> {
  const { data } = await server.adminOk('GET', `/audit-events?client_id=${id}`)
  return data.toReversed().filter((event: Json) => !event['action'].endsWith('.created'))
}

describe('responding to a leak', () => {
  it('INV-1: stops secrets and tokens at once, in one commit, for one reason', async () => {
    const token = await server.token(client)
    const { incident_id: id, results } = await respondOk()
    expect(results).toMatchObject([
      {
        client_id: client.id,
        done: true,
        client: { status: 'suspended', propagation: 'complete' },
      },
    ])
    expect(await server.introspect(token, caller)).toEqual({ active: false })
    expect((await server.tokenRequest(client)).status).toBe(401)
    const events = await eventsOf(client)
    expect(events.map(({ action, reason }) => [action, reason])).toEqual(
      ['client.suspended', 'secret.retired', 'client.tokens_revoked', 'incident.recorded'].map(
        (action) => [action, REASON],
      ),
    )
    expect(events.at(-1)?.['target']).toEqual({ type: 'incident', id })
    expect(new Set(events.map((event) => event['request_id'])).size).toBe(1)
    expect(await env.DENYLIST.get(`client:${client.id}`, 'json')).toMatchObject({
      suspended: true,
      generation: 1,
    })
    expect(await server.adminOk('GET', '/audit-events/verification')).toMatchObject({
      intact: true,
    })
  })

  it('INV-2: ends the secret and the token for good: a resumption brings neither back', async () => {
    const token = await server.token(client)
    const second = await server.adminOk('POST', `/clients/${client.id}/secrets`)
    await respondOk()
    await server.resume(client)
    expect(await server.introspect(token, caller)).toEqual({ active: false })
    for (const secret of [client.secret, second['client_secret']]) {
      expect((await server.tokenRequest({ ...client, secret })).status).toBe(401)
    }
    expect(await clientNow()).toMatchObject({ secrets: [], status: 'needs_attention' })
  })

  it('ends a secret that has expired too: nobody extends it after a leak', async () => {
    const secret = { expires_on: '2026-11-22' }
    const { id, body } = await server.client({ [API]: 'invoices:read' }, { secret })
    const path = `/clients/${id}/secrets/${body['secrets'][0].secret_id}`
    server.clock.now += 86_400
    await respondOk({ client_ids: [id] })
    const extended = await server.admin('PATCH', path, { expires_on: '2026-11-30' })
    expect(extended.status).toBe(404)
  })

  it.each([
    [{ end_secrets: false, revoke_tokens: false }, [true, 1, false]],
    [{ suspend: false, revoke_tokens: false }, [false, 0, false]],
    [{ suspend: false, end_secrets: false }, [false, 1, true]],
  ])('does what is wanted and no more: without %j', async (switches, state) => {
    const token = await server.token(client)
    const { incident_id: id } = await respondOk(switches)
    const { suspended_at, secrets, tokens_valid_from } = await clientNow()
    const is = [suspended_at !== null, secrets.length, tokens_valid_from !== null]
    expect(is).toEqual(state)
    const { active } = await server.introspect(token, caller)
    expect(active).toBe(suspended_at === null && tokens_valid_from === null)
    const [did] = (await show(id))['clients']
    expect([did.suspended, 1 - did.ended_secrets.length, did.tokens_revoked]).toEqual(state)
  })

  it('leaves when and why a client was suspended before as it was', async () => {
    await server.suspend(client, { reason: 'first' })
    server.clock.now += 60
    const { incident_id: id } = await respondOk()
    expect(await clientNow()).toMatchObject({
      suspended_reason: 'first',
      suspended_at: '2026-11-22T10:00:00Z',
    })
    expect(await show(id)).toMatchObject({ reason: REASON, clients: [{ suspended: false }] })
  })

  it('is recorded even where nothing was left to do', async () => {
    await respondOk()
    const before = await clientNow()
    const { incident_id: id } = await respondOk({ revoke_tokens: false })
    expect(await clientNow()).toEqual(before)
    expect(await show(id)).toMatchObject({
      clients: [{ suspended: false, ended_secrets: [], tokens_revoked: false }],
    })
  })

  it('does all of it or nothing where the database fails', async () => {
    const fails = ({ texts }: { texts: string[] }) =>
      texts.some((text) => text.includes('INSERT INTO portcullis_audit_events')) && 'throws'
    const failing = testServer({ now: NOW, env: { DB: faultyD1(env.DB, fails) } })
    const before = await clientNow()
    expect((await respond({}, failing)).status).toBe(503)
    expect(await clientNow()).toEqual(before)
    expect(await eventsOf(client)).toEqual([])
  })

  it('says that the edge does not know yet where KV fails', async () => {
    const DENYLIST = faultyKv(env.DENYLIST, ({ texts }) => texts[0]?.startsWith('put') && 'throws')
    const response = await respond({}, testServer({ now: NOW, env: { DENYLIST } }))
    expect(await response.json()).toMatchObject({
      results: [{ client: { propagation: 'pending' } }],
    })
  })
})

describe('several clients', () => {
  it('are contained one after another, and one that fails keeps no other from it', async () => {
    const client_ids = ['client_none', client.id, other.id, client.id]
    const { incident_id: id, results } = await respondOk({ client_ids })
    expect(results).toMatchObject([
      { client_id: 'client_none', done: false, client: null, error: { status: 404 } },
      { client_id: client.id, done: true },
      { client_id: other.id, done: true },
    ])
    for (const one of [client, other]) expect((await server.tokenRequest(one)).status).toBe(401)
    const { clients } = await show(id)
    expect(clients.map((one: Json) => one['client_id'])).toEqual([client.id, other.id])
  })

  it('are refused where there is none of them, and nothing is recorded', async () => {
    expect((await respond({ client_ids: ['client_a', 'client_b'] })).status).toBe(404)
    const { data } = await server.adminOk('GET', '/audit-events?action=incident.recorded')
    expect(data).toEqual([])
  })
})

describe('sent twice with one Idempotency-Key', () => {
  const send = (body: Json, key = 'k1') =>
    server.send('/admin/v1/incidents', {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': key,
      },
      body: JSON.stringify(body),
    })

  it('is one incident, and a token issued since is not revoked', async () => {
    const body = { client_ids: [client.id, other.id], suspend: false, end_secrets: false }
    const first = await send(body)
    const { incident_id: id } = await first.json<Json>()
    const token = await server.token(client)
    const again = await send(body)
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true'])
    expect(await again.json()).toMatchObject({
      incident_id: id,
      results: [{ done: true }, { done: true }],
    })
    expect(await server.introspect(token, caller)).toMatchObject({ active: true })
    expect((await show(id))['clients']).toHaveLength(2)
    expect(first.headers.get('location')).toBe(`${ISSUER}/admin/v1/incidents/${id}`)
  })

  it('says that it was there before, though for one of its clients nothing can be done', async () => {
    const body = { client_ids: [client.id, 'client_none'] }
    const replayed = async () => (await send(body, 'k2')).headers.get('idempotency-replayed')
    expect([await replayed(), await replayed()]).toEqual([null, 'true'])
  })

  it('is answered as before once its client is deleted, which it says', async () => {
    const body = { client_ids: [client.id] }
    await send(body)
    await server.adminOk('DELETE', `/clients/${client.id}`)
    const again = await send(body)
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true'])
    const { results } = await again.json<Json>()
    expect(results).toEqual([{ client_id: client.id, done: true, client: null }])
  })

  it('goes on with what failed, in the same incident', async () => {
    const fails = ({ texts }: { texts: string[] }) =>
      texts.some((text) => text.includes('INSERT INTO portcullis_audit_events')) && 'throws'
    const failing = testServer({ now: NOW, env: { DB: faultyD1(env.DB, fails) } })
    const body = { client_ids: [client.id, other.id] }
    const [good, bad] = [server, failing]
    server = bad
    expect((await send(body)).status).toBe(503)
    server = good
    const { incident_id: id, results } = await (await send(body)).json<Json>()
    expect(results).toMatchObject([{ done: true }, { done: true }])
    expect((await show(id))['clients']).toHaveLength(2)
    expect((await (await send(body, 'k2')).json<Json>())['incident_id']).not.toBe(id)
  })
})

describe('a machine', () => {
  it('contains others, only suspends one with power here, and never touches itself', async () => {
    const machine = await server.client({ [ISSUER]: 'clients:manage' })
    const powerful = await server.client({ [ISSUER]: 'clients:read' })
    const bearer = await server.token(machine)
    const as = async (client_ids: string[], more: Json = {}) =>
      (await respond({ client_ids, ...more }, server, bearer)).status
    const only = { end_secrets: false, revoke_tokens: false }
    expect(await as([client.id])).toBe(201)
    expect(await as([powerful.id])).toBe(403)
    expect(await clientNow(powerful)).toMatchObject({ suspended_at: null })
    expect(await as([powerful.id], only)).toBe(201)
    expect(await as([machine.id], only)).toBe(403)
  })
})

describe('an incident', () => {
  it('shows what was done, and what its clients did since that day', async () => {
    await server.token(client)
    server.clock.now += 3600
    const { incident_id: id } = await respondOk()
    for (let n = 0; n < 3; n++) await server.tokenRequest(client)
    server.clock.now += 60
    await server.tokenRequest(other)
    const incident = await show(id)
    expect(incident).toMatchObject({
      incident_id: id,
      at: '2026-11-22T11:00:00Z',
      actor: { type: 'bootstrap', id: 'bootstrap' },
      reason: REASON,
      counted_from: '2026-11-22',
      clients: [
        {
          client_id: client.id,
          suspended: true,
          ended_secrets: [client.body['secrets'][0].secret_id],
          tokens_revoked: true,
          client: { client_name: 'Refund bot', last_token_at: '2026-11-22T10:00:00Z' },
          issued: 1,
          refused: { wrong_secret: 3 },
        },
      ],
    })
    await server.adminOk('DELETE', `/clients/${client.id}`)
    expect((await show(id))['clients'][0]).toMatchObject({ client_id: client.id, client: null })
  })

  it('is not there by any other id', async () => {
    await respondOk()
    for (const id of ['incident_none', client.id]) {
      expect((await server.admin('GET', `/incidents/${id}`)).status).toBe(404)
    }
  })
})

it.each([
  [{ client_ids: [] }, 'client_ids'],
  [{ client_ids: Array.from({ length: 21 }, (_, i) => `client_${i}`) }, 'client_ids'],
  [{ suspend: false, end_secrets: false, revoke_tokens: false }, 'suspend'],
  [{ reason: '\u202e' }, 'reason'],
  [{ client_id: 'x' }, 'client_id'],
])('refuses %j, and does nothing', async (body, field) => {
  const response = await respond(body)
  expect(response.status).toBe(400)
  expect((await response.json<Json>())['errors']).toMatchObject([{ field }])
  expect(await eventsOf(client)).toEqual([])
})
