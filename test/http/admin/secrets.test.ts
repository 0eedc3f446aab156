import { describe, expect, it } from 'vitest'
import {
  API,
  type Client,
  ISSUER,
  type Json,
  type TestServer,
  testServer,
} from '../../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000

async function setUp(fields: Json = {}) {
  const server = testServer({ now: NOW })
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' }, fields)
  const path = `/clients/${client.id}/secrets`
  const add = async (body?: Json) => server.adminOk('POST', path, body)
  const list = async () => (await server.adminOk('GET', path))['data'] as Json[]
  return { server, client, path, add, list }
}

async function works(server: TestServer, client: Client, secret: string): Promise<boolean> {
  const { status } = await server.tokenRequest({ ...client, secret })
  expect([200, 401]).toContain(status)
  return status === 200
}

describe('a new secret', () => {
  it('is answered with its metadata, itself once, and where it is', async () => {
    const { server, client, path, list } = await setUp()
    const fields = { expires_on: '2027-06-30', remind: false, label: 'from CI' }
    const response = await server.admin('POST', path, fields)
    expect(response.status).toBe(201)
    const { client_secret: text, ...metadata } = await response.json<Json>()
    expect(metadata).toEqual({
      secret_id: expect.stringMatching(/^[0-9A-Za-z_]+$/),
      key_id: text.slice(3, 15),
      hint: text.slice(-4),
      label: 'from CI',
      created_at: '2026-11-22T10:00:00Z',
      created_by: 'bootstrap',
      expires_at: '2027-06-30T23:59:59Z',
      last_used_at: null,
      remind: false,
      reminded_at: null,
      retires_at: null,
      retire_others_in: null,
    })
    expect(response.headers.get('location')).toBe(
      `${ISSUER}/admin/v1${path}/${metadata['secret_id']}`,
    )
    expect((await list()).at(-1)).toEqual(metadata)
    // The URL in Location can be read, without the secret itself.
    expect(await server.adminOk('GET', `${path}/${metadata['secret_id']}`)).toEqual(metadata)
    expect((await server.admin('GET', `${path}/secret_none`)).status).toBe(404)
    expect(await works(server, client, text)).toBe(true)
    expect(await works(server, client, client.secret)).toBe(true)
  })

  it('needs no body, and lasts 90 days', async () => {
    const { add } = await setUp()
    const expected = { expires_at: '2027-02-20T23:59:59Z', remind: true }
    expect(await add()).toMatchObject(expected)
    expect(await add({})).toMatchObject(expected)
  })

  it.each([
    [{ expires_on: '2026-11-21' }, 'expires_on'],
    [{ expires_on: '2028-11-23' }, 'expires_on'],
    [{ expires_on: 20_270_101 }, 'expires_on'],
    [{ remind: 1 }, 'remind'],
    [{ label: 'x'.repeat(101) }, 'label'],
    [{ label: 'two\nlines' }, 'label'],
    [{ retire_others_in: -1 }, 'retire_others_in'],
    [{ retire_others_in: 604_801 }, 'retire_others_in'],
    [{ retire_others_in: 0.5 }, 'retire_others_in'],
    [{ retire_others_in: '60' }, 'retire_others_in'],
    [{ client_secret: 'chosen' }, 'client_secret'],
  ])('is refused for %j', async (body, field) => {
    const { server, path, list } = await setUp()
    const before = await list()
    const response = await server.admin('POST', path, body)
    expect(response.status).toBe(400)
    expect((await response.json<Json>())['errors']).toMatchObject([{ field }])
    expect(await list()).toEqual(before)
  })

  it('is the fifth live one at most; one that has expired does not count', async () => {
    const { server, path, add, list } = await setUp({ secret: { expires_on: '2026-11-22' } })
    for (let n = 2; n <= 5; n++) await add()
    const response = await server.admin('POST', path)
    expect(response.status).toBe(409)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await list()).toHaveLength(5)
    server.clock.now = Date.UTC(2026, 10, 22, 23, 59, 59) / 1000
    await add()
    expect(await list()).toHaveLength(6)
    expect((await server.admin('POST', path)).status).toBe(409)
  })
})

describe('retiring the others', () => {
  it('shows when they end; they work until then and vanish', async () => {
    const { server, client, add, list } = await setUp()
    const made = await add({ retire_others_in: 3600 })
    expect(await list()).toMatchObject([
      { retires_at: '2026-11-22T11:00:00Z', expires_at: '2027-02-20T23:59:59Z' },
      { secret_id: made['secret_id'], retires_at: null },
    ])
    server.clock.now = NOW + 3599
    expect(await works(server, client, client.secret)).toBe(true)
    server.clock.now = NOW + 3600
    expect(await works(server, client, client.secret)).toBe(false)
    expect(await works(server, client, made['client_secret'])).toBe(true)
    expect((await list()).map((s) => s['secret_id'])).toEqual([made['secret_id']])
  })

  it('calls a vanished secret a wrong one', async () => {
    const { server, client, add } = await setUp()
    await add({ retire_others_in: 0 })
    const wrong = await server.tokenRequest({ ...client, secret: 'pc_wrong' })
    const vanished = await server.tokenRequest(client)
    expect(await vanished.text()).toBe(await wrong.text())
  })

  it('ends them before the limit is counted where they end at once', async () => {
    const { server, path, add, list } = await setUp()
    for (let n = 2; n <= 5; n++) await add()
    expect((await server.admin('POST', path, { retire_others_in: 1 })).status).toBe(409)
    const made = await add({ retire_others_in: 0 })
    expect((await list()).map((s) => s['secret_id'])).toEqual([made['secret_id']])
  })

  it('never gives a secret more time than it had', async () => {
    const { server, client, add, list } = await setUp({ secret: { expires_on: '2026-11-22' } })
    await add({ retire_others_in: 604_800 })
    expect((await list())[0]).toMatchObject({ retires_at: '2026-11-22T23:59:59Z' })
    await add({ retire_others_in: 60 })
    await add({ retire_others_in: 3600 })
    expect((await list()).map((s) => s['retires_at'])).toEqual([
      '2026-11-22T10:01:00Z',
      '2026-11-22T10:01:00Z',
      '2026-11-22T11:00:00Z',
      null,
    ])
    server.clock.now += 60
    expect(await works(server, client, client.secret)).toBe(false)
  })

  it('leaves one that has expired in the list: it was not live', async () => {
    const { server, add, list } = await setUp({ secret: { expires_on: '2026-11-22' } })
    await add()
    server.clock.now += 86_400
    await add({ retire_others_in: 60 })
    expect((await list()).map((s) => s['retires_at'])).toEqual([null, '2026-11-23T10:01:00Z', null])
  })

  it('raises no reason to look while one is being retired', async () => {
    const { server, client, add } = await setUp({ secret: { expires_on: '2026-11-30' } })
    const path = `/clients/${client.id}`
    expect(await server.adminOk('GET', path)).toMatchObject({ status: 'needs_attention' })
    await add({ retire_others_in: 3600 })
    expect(await server.adminOk('GET', path)).toMatchObject({ status: 'available', attention: [] })
  })
})

describe('deleting a secret', () => {
  it('stops it at once, and no other', async () => {
    const { server, client, path, add, list } = await setUp()
    const other = await add()
    const id = client.body['secrets'][0].secret_id
    const response = await server.admin('DELETE', `${path}/${id}`)
    expect([response.status, await response.text()]).toEqual([204, ''])
    expect(await works(server, client, client.secret)).toBe(false)
    expect(await works(server, client, other['client_secret'])).toBe(true)
    expect((await list()).map((s) => s['secret_id'])).toEqual([other['secret_id']])
    expect((await server.admin('DELETE', `${path}/${id}`)).status).toBe(404)
  })

  it('leaves the tokens issued with it alive', async () => {
    const { server, client, path } = await setUp()
    const token = await server.token(client)
    await server.adminOk('DELETE', `${path}/${client.body['secrets'][0].secret_id}`)
    const caller = await server.client({ [API]: 'tokens:introspect' })
    expect(await server.introspect(token, caller)).toMatchObject({ active: true })
    expect(await server.adminOk('GET', `/clients/${client.id}`)).toMatchObject({
      status: 'needs_attention',
      attention: [{ reason: 'no_credentials' }],
      secrets: [],
    })
  })

  it('finds no secret of another client under this one', async () => {
    const { server, path } = await setUp()
    const other = await server.client({ [API]: 'invoices:read' })
    const id = other.body['secrets'][0].secret_id
    expect((await server.admin('DELETE', `${path}/${id}`)).status).toBe(404)
    expect(await works(server, other, other.secret)).toBe(true)
  })
})

it('shows when a secret was used, and when its client last got a token', async () => {
  const { server, client } = await setUp()
  await server.token(client)
  const at = '2026-11-22T10:00:00Z'
  expect(await server.adminOk('GET', `/clients/${client.id}`)).toMatchObject({
    last_token_at: at,
    secrets: [{ last_used_at: at }],
  })
})

it('lists metadata alone', async () => {
  const { server, client, path, add } = await setUp()
  await add()
  const response = await server.admin('GET', path)
  const text = await response.text()
  expect(text).not.toContain(client.secret.slice(0, 15))
  const { data, next_cursor } = JSON.parse(text) as Json
  expect(next_cursor).toBeNull()
  for (const secret of data) {
    expect(Object.keys(secret).sort()).toEqual([
      'created_at',
      'created_by',
      'expires_at',
      'hint',
      'key_id',
      'label',
      'last_used_at',
      'remind',
      'reminded_at',
      'retire_others_in',
      'retires_at',
      'secret_id',
    ])
  }
})

it('are listed page by page without a gap, though the last one of a page is deleted meanwhile', async () => {
  const { server, client, path, add } = await setUp()
  for (let n = 0; n < 4; n++) {
    server.clock.now += n % 2
    await add()
  }
  const idsOf = (page: Json): string[] => page['data'].map((one: Json) => one['secret_id'])
  const all = idsOf(await server.adminOk('GET', path))
  expect(all).toHaveLength(5)
  const first = await server.adminOk('GET', `${path}?limit=3`)
  const onward = `${path}?limit=3&cursor=${first['next_cursor']}`
  expect(idsOf(await server.adminOk('GET', onward))).toEqual(all.slice(3))
  // Deleted before the last one of the page: nothing shifts.
  await server.adminOk('DELETE', `${path}/${all[0]}`)
  expect(idsOf(await server.adminOk('GET', onward))).toEqual(all.slice(3))
  await server.adminOk('DELETE', `${path}/${all[2]}`)
  const rest = await server.adminOk('GET', onward)
  expect(idsOf(rest)).toEqual(expect.arrayContaining(all.slice(3)))
  expect(idsOf(rest)).not.toContain(all[0])
  await server.adminOk('DELETE', `/clients/${client.id}`)
  expect((await server.admin('GET', onward)).status).toBe(404)
})
