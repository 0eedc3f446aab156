import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { faultyD1 } from '../../doubles/faults.ts'
import { bring, imported } from '../../support/imports.ts'
import { fillClients } from '../../support/many-clients.ts'
import { observedServer } from '../../support/observed-server.ts'
import {
  API,
  type Client,
  ISSUER,
  type Json,
  type TestServer,
  testServer,
} from '../../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10) / 1000

let server: TestServer
let first: Client
let second: Client

beforeEach(async () => {
  server = testServer({ now: NOW })
  await server.api()
  first = await server.client({ [API]: 'invoices:read' }, { client_name: 'First' })
  second = await server.client({ [API]: 'invoices:read' }, { client_name: 'Second' })
})

type Sent = { key?: string; by?: string; at?: TestServer }

async function bulk(body: Json, { key, by = env.BOOTSTRAP_TOKEN, at = server }: Sent = {}) {
  return at.send('/admin/v1/clients/bulk', {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${by}`,
      'Content-Type': 'application/json',
      ...(key !== undefined && { 'Idempotency-Key': key }),
    },
    body: JSON.stringify(body),
  })
}

async function results(body: Json, sent: Sent = {}): Promise<Json[]> {
  const response = await bulk(body, sent)
  expect(response.status).toBe(200)
  return (await response.json<Json>())['results']
}

const both = () => [first.id, second.id]
const eventsOf = async (action: string): Promise<Json[]> =>
  (await server.adminOk('GET', `/audit-events?limit=100&action=${action}`))['data']

describe('a change of many clients', () => {
  it('suspends each, with its own event and its own denylist entry, and says so one by one', async () => {
    const tokens = [await server.token(first), await server.token(second)]
    const caller = await server.client({ [API]: 'tokens:introspect' })
    const body = { action: 'suspend', client_ids: both(), reason: 'SEC-881' }
    expect(await results(body)).toEqual(
      both().map((client_id, i) => ({
        client_name: ['First', 'Second'][i],
        client_id,
        ok: true,
        changed: true,
        status: 'suspended',
        propagation: 'complete',
      })),
    )
    for (const token of tokens) {
      expect((await server.introspect(token, caller))['active']).toBe(false)
    }
    for (const client of [first, second]) {
      const entry = await env.DENYLIST.get<Json>(`client:${client.id}`, 'json')
      expect(entry).toMatchObject({ suspended: true, version: 1 })
      expect(await server.adminOk('GET', `/clients/${client.id}`)).toMatchObject({
        suspended_reason: 'SEC-881',
        suspended_at: '2026-11-22T10:00:00Z',
      })
    }
    const events = await eventsOf('client.suspended')
    expect(events.map((event) => `${event['client_id']} ${event['reason']}`).sort()).toEqual(
      both()
        .map((id) => `${id} SEC-881`)
        .sort(),
    )
    expect(await server.adminOk('GET', '/audit-events/verification')).toBeTruthy()
  })

  it('leaves who is so already as they are, and does not stop at who is not there', async () => {
    await server.suspend(first, { reason: 'earlier' })
    const asked = { action: 'suspend', client_ids: [first.id, 'client_none', second.id] }
    const [one, none, two] = await results(asked)
    expect(one).toMatchObject({ ok: true, changed: false, status: 'suspended' })
    expect(none).toEqual({
      client_id: 'client_none',
      client_name: null,
      ok: false,
      changed: false,
      status: null,
      propagation: null,
      error: { type: 'urn:portcullis:problem:not_found', detail: 'There is no such client.' },
    })
    expect(two).toMatchObject({ ok: true, changed: true })
    expect(await server.adminOk('GET', `/clients/${first.id}`)).toMatchObject({
      suspended_reason: 'earlier',
    })
    expect(await eventsOf('client.suspended')).toHaveLength(2)
  })

  it('resumes, revokes tokens, tags and deletes as a change of one does', async () => {
    const token = await server.token(first)
    const caller = await server.client({ [API]: 'tokens:introspect' })
    await results({ action: 'suspend', client_ids: both() })
    expect(await results({ action: 'resume', client_ids: both() })).toMatchObject(
      both().map(() => ({ changed: true, status: 'available' })),
    )
    expect((await server.introspect(token, caller))['active']).toBe(true)
    await results({ action: 'revoke_tokens', client_ids: both(), reason: 'rotation' })
    expect((await server.introspect(token, caller))['active']).toBe(false)
    const tagged = { action: 'tag', client_ids: both(), add: ['env:prod', 'a'], remove: ['b'] }
    await results(tagged)
    expect(await results(tagged)).toMatchObject([{ changed: false }, { changed: false }])
    const add = Array.from({ length: 19 }, (_, n) => `more-${n}`)
    expect(await results({ ...tagged, add })).toMatchObject(
      both().map(() => ({ ok: false, error: { detail: 'A client has at most 20 tags.' } })),
    )
    const found = await server.adminOk('GET', '/clients?tag=env:prod&q=env:prod')
    expect(found['data']).toHaveLength(2)
    expect(await results({ action: 'delete', client_ids: both() })).toMatchObject(
      both().map(() => ({ ok: true, changed: true, status: null })),
    )
    for (const id of both()) expect((await server.admin('GET', `/clients/${id}`)).status).toBe(404)
    for (const action of ['resumed', 'tokens_revoked', 'updated', 'deleted']) {
      expect([action, (await eventsOf(`client.${action}`)).length]).toEqual([action, 2])
    }
    const left = 'SELECT count(*) AS n FROM portcullis_search_words WHERE word IN (?, ?)'
    expect(await env.DB.prepare(left).bind('first', 'env').first('n')).toBe(0)
  })

  it('refuses a machine what it may not change, itself first of all, and does the rest', async () => {
    const manager = await server.client({ [ISSUER]: 'clients:manage' })
    const powerful = await server.client({ [ISSUER]: 'audit:read' })
    const bearer = await server.token(manager)
    const client_ids = [manager.id, powerful.id, first.id]
    const refused = {
      ok: false,
      changed: false,
      error: { type: 'urn:portcullis:problem:forbidden' },
    }
    const done = { ok: true, changed: true }
    const sent = { by: bearer }
    expect(await results({ action: 'suspend', client_ids }, sent)).toMatchObject([
      refused,
      done,
      done,
    ])
    for (const action of ['resume', 'revoke_tokens', 'delete']) {
      const all = await results({ action, client_ids }, sent)
      expect([action, all]).toMatchObject([action, [refused, refused, done]])
    }
    const tag = { action: 'tag', client_ids: [manager.id, powerful.id], add: ['x'] }
    expect(await results(tag, sent)).toMatchObject([refused, refused])
  })
})

describe('its request', () => {
  it('is carried out once for its key where it changed nothing, whatever others do until then', async () => {
    const body = { action: 'resume', client_ids: both() }
    expect(await results(body, { key: 'night' })).toMatchObject([
      { ok: true, changed: false },
      { ok: true, changed: false },
    ])
    await server.suspend(first)
    const again = await bulk(body, { key: 'night' })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect((await again.json<Json>())['results']).toMatchObject([
      { ok: false, changed: false, status: 'suspended' },
      { ok: true, changed: false },
    ])
    expect(await server.tokenRequest(first)).toMatchObject({ status: 401 })
    const other = await bulk({ action: 'suspend', client_ids: both() }, { key: 'night' })
    expect(other.status).toBe(422)
  })

  it('INV-8: is no success where its key cannot be kept, and may be sent again', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const isKeeping = ({ texts }: { texts: string[] }) =>
      texts.some((text) => text.includes('INTO portcullis_idempotency_records'))
    const DB = faultyD1(env.DB, (call) => (isKeeping(call) ? 'throws' : null))
    const at = testServer({ env: { DB }, now: NOW })
    const body = { action: 'resume', client_ids: both() }
    expect((await bulk(body, { key: 'night', at })).status).toBe(503)
    vi.restoreAllMocks()
    const again = await bulk(body, { key: 'night' })
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, null])
  })

  it('is carried out once for its key, and a repeat says how they are', async () => {
    const body = { action: 'revoke_tokens', client_ids: both() }
    const one = await bulk(body, { key: 'night' })
    expect(one.headers.get('idempotency-replayed')).toBeNull()
    const again = await bulk(body, { key: 'night' })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect((await again.json<Json>())['results']).toMatchObject([
      { ok: true, changed: false, status: 'available', propagation: 'complete' },
      { ok: true, changed: false },
    ])
    expect(await eventsOf('client.tokens_revoked')).toHaveLength(2)
    const other = await bulk({ action: 'delete', client_ids: both() }, { key: 'night' })
    expect(other.status).toBe(422)
    const deleting = { action: 'delete', client_ids: both() }
    await results(deleting, { key: 'gone' })
    expect(await results(deleting, { key: 'gone' })).toMatchObject([{ ok: true }, { ok: true }])
  })

  it('is as new for its key where each client was refused: nothing was done', async () => {
    const body = { action: 'suspend', client_ids: ['job-1'] }
    const sent = { key: 'night' }
    expect(await results(body, sent)).toMatchObject([{ ok: false }])
    await bring(server, [imported({ client_id: 'job-1' })])
    expect(await results(body, sent)).toMatchObject([
      { ok: true, changed: true, status: 'suspended' },
    ])
    const gone = { action: 'delete', client_ids: ['client_never'] }
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await results(gone, { key: 'gone' })).toMatchObject([
        { ok: false, error: { type: 'urn:portcullis:problem:not_found' } },
      ])
    }
  })

  it.each<[string, Json, Json]>([
    ['suspend', {}, { status: 'available' }],
    ['resume', {}, { status: 'suspended' }],
    ['revoke_tokens', {}, { status: 'available' }],
    ['tag', { add: ['env:prod'], remove: ['old'] }, { status: 'available' }],
    ['delete', {}, { status: 'available' }],
  ])('%s, repeated, is not said to be done for whom it was not', async (action, more, left) => {
    const body = { action, client_ids: [first.id, 'job-1', 'job-2'], ...more }
    const sent = { key: 'night' }
    expect(await results(body, sent)).toMatchObject([{ ok: true }, { ok: false }, { ok: false }])
    await bring(server, [imported({ client_id: 'job-1', tags: ['old'] })])
    if (action === 'resume') await server.adminOk('PUT', '/clients/job-1/suspension', {})
    const refusal = { ok: false, changed: false }
    expect(await results(body, sent)).toMatchObject([
      { ok: true, changed: false },
      { ...refusal, ...left, error: { type: 'urn:portcullis:problem:conflict' } },
      { ...refusal, status: null, error: { type: 'urn:portcullis:problem:not_found' } },
    ])
    expect(await server.adminOk('GET', '/clients/job-1')).toMatchObject({ ...left, tags: ['old'] })
  })

  it('says on a repeat who is not so any more, and leaves them as others made them', async () => {
    const body = { action: 'suspend', client_ids: both() }
    await results(body, { key: 'night' })
    await server.resume(first)
    const [one, two] = await results(body, { key: 'night' })
    expect(one).toMatchObject({ ok: false, changed: false, status: 'available' })
    expect(one?.['error'].detail).toContain('was carried out before')
    expect(two).toMatchObject({ ok: true, changed: false, status: 'suspended' })
    expect(await server.tokenRequest(first)).toMatchObject({ status: 200 })
  })

  it.each<[Json, string]>([
    [{ action: 'rename', client_ids: ['a'] }, 'action'],
    [{ action: 'suspend', client_ids: [] }, 'client_ids'],
    [{ action: 'suspend', client_ids: ['a', 'a'] }, 'client_ids'],
    [
      { action: 'suspend', client_ids: Array.from({ length: 501 }, (_, i) => `c${i}`) },
      'client_ids',
    ],
    [{ action: 'suspend', client_ids: ['a'], add: ['x'] }, 'add'],
    [{ action: 'tag', client_ids: ['a'] }, 'add'],
    [{ action: 'tag', client_ids: ['a'], add: ['UPPER'] }, 'add.0'],
    [{ action: 'tag', client_ids: ['a'], add: ['x'], remove: ['y', 'x'] }, 'remove'],
    [{ action: 'suspend', client_ids: ['a'], reason: '\u202e' }, 'reason'],
    [{ action: 'suspend', client_ids: ['a'], until: 'x' }, 'until'],
  ])('is refused whole for %j', async (body, field) => {
    const response = await bulk(body)
    expect(response.status).toBe(400)
    expect((await response.json<Json>())['errors']).toMatchObject([{ field }])
  })

  it('commits 500 clients at once, in about as many statements as two', async () => {
    await fillClients(0, 500, NOW)
    const { server: watched, seen } = observedServer({ now: NOW })
    const { results: listed } = await env.DB.prepare(
      "SELECT client_id FROM portcullis_clients WHERE name LIKE 'Client %'",
    ).all<{ client_id: string }>()
    const client_ids = listed.map((row) => row.client_id)
    expect(client_ids).toHaveLength(500)
    const reason = 'ü'.repeat(1000)
    const all = await results({ action: 'suspend', client_ids, reason }, { at: watched })
    // Every fourth of them was suspended before.
    expect(all.filter((one) => one['changed'])).toHaveLength(375)
    expect(all.every((one) => one['status'] === 'suspended')).toBe(true)
    expect(seen.texts.length).toBeLessThan(40)
    const before = seen.texts.length
    await results({ action: 'delete', client_ids }, { at: watched })
    expect(seen.texts.length - before).toBeLessThan(60)
    const count = await env.DB.prepare('SELECT count(*) AS n FROM portcullis_clients').first('n')
    expect(count).toBe(2)
    expect(await server.adminOk('POST', '/audit-events/verification', {})).toBeTruthy()
  })
})
