import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { API, type Client, type Json, type TestServer, testServer } from '../../support/server.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const DAY = 86_400

let server: TestServer
let client: Client

beforeEach(async () => {
  server = testServer({ now: NOON })
  await server.api()
  client = await server.client(
    { [API]: 'invoices:read' },
    { secret: { expires_on: '2026-12-02', label: 'first' } },
  )
})

const all = () => `/clients/${client.id}/secrets`
const secrets = async (): Promise<Json[]> => (await server.adminOk('GET', all()))['data']
const idOf = async () => String((await secrets())[0]?.['secret_id'])
const shown = () => server.adminOk('GET', `/clients/${client.id}`)
const works = async () => (await server.tokenRequest(client)).status === 200
const patch = async (body: Json) => server.admin('PATCH', `${all()}/${await idOf()}`, body)

async function patchOk(body: Json): Promise<Json> {
  const response = await patch(body)
  expect(response.status).toBe(200)
  return response.json<Json>()
}

async function events(): Promise<Json[]> {
  const { data } = await server.adminOk('GET', `/audit-events?client_id=${client.id}`)
  return data
}

describe('a secret that expires soon', () => {
  it('is extended: the same text works until the new day ends, and nothing asks for attention', async () => {
    expect((await shown())['status']).toBe('needs_attention')
    const response = await patch({ expires_on: '2027-01-31' })
    expect(await response.json()).toMatchObject({
      secret_id: await idOf(),
      label: 'first',
      expires_at: '2027-01-31T23:59:59Z',
    })
    expect(await shown()).toMatchObject({ status: 'available', attention: [] })
    const listed = await server.adminOk('GET', '/clients?status=available')
    expect(listed['data']).toHaveLength(1)
    server.clock.now = Date.UTC(2027, 0, 31, 23, 59, 59) / 1000 - 1
    expect(await works()).toBe(true)
    server.clock.now += 1
    expect(await works()).toBe(false)
  })

  it('tells the audit log from when to when', async () => {
    await patchOk({ expires_on: '2027-01-31', label: 'second' })
    expect((await events())[0]).toMatchObject({
      action: 'secret.extended',
      actor: { type: 'bootstrap' },
      target: { type: 'secret', id: await idOf() },
      changes: {
        expires_at: { from: '2026-12-02T23:59:59Z', to: '2027-01-31T23:59:59Z' },
        label: { from: 'first', to: 'second' },
      },
    })
  })

  it('changes nothing, and says nothing, where all is as it was', async () => {
    const { version, count } = { version: await etag(), count: (await events()).length }
    await patchOk({ expires_on: '2026-12-02', label: 'first' })
    await patchOk({})
    expect([await etag(), (await events()).length]).toEqual([version, count])
  })

  it('is renamed, or ended sooner, by events of their own', async () => {
    await patchOk({ label: 'other' })
    await patchOk({ expires_on: '2026-11-30' })
    await patchOk({ retires_at: '2026-11-25T00:00:00Z' })
    const actions = (await events()).map((event) => event['action'])
    expect(actions.slice(0, 3)).toEqual(['secret.retired', 'secret.updated', 'secret.updated'])
  })
})

const etag = async () =>
  (await server.admin('GET', `/clients/${client.id}`)).headers.get('etag') ?? ''

describe('a secret that has expired', () => {
  it('is brought back for a week, once', async () => {
    server.clock.now += 12 * DAY
    expect([await works(), (await shown())['status']]).toEqual([false, 'expired'])
    await patchOk({ expires_on: '2026-12-11' })
    expect([await works(), (await shown())['status']]).toEqual([true, 'needs_attention'])
    const again = await patch({ expires_on: '2026-12-12' })
    expect(again.status).toBe(400)
    server.clock.now += 8 * DAY
    expect((await patch({ expires_on: '2026-12-18' })).status).toBe(400)
    expect(await works()).toBe(false)
  })

  it('stays so where five others work', async () => {
    server.clock.now += 12 * DAY
    for (const _ of [1, 2, 3, 4, 5]) await server.adminOk('POST', all())
    const response = await patch({ expires_on: '2026-12-11' })
    expect([response.status, (await response.json<Json>())['detail']]).toEqual([
      409,
      'A client has at most 5 live secrets: delete one, or retire the others.',
    ])
  })
})

describe('a secret that is being retired', () => {
  it('goes on where that is taken back', async () => {
    await server.adminOk('POST', all(), { retire_others_in: 3600 })
    const kept = await patchOk({ retires_at: null })
    expect(kept['retires_at']).toBeNull()
    expect((await events())[0]).toMatchObject({ action: 'secret.extended' })
    server.clock.now += 3600
    expect(await works()).toBe(true)
  })

  it('does not come back once it has ended', async () => {
    await server.adminOk('POST', all(), { retire_others_in: 3600 })
    const id = await idOf()
    server.clock.now += 3600
    const response = await server.admin('PATCH', `${all()}/${id}`, { retires_at: null })
    expect(response.status).toBe(404)
  })
})

describe('the reminders of a secret that gets another end', () => {
  it('begin anew, and what was planned for the old one is gone', async () => {
    await server.adminOk('POST', '/administrators', { email: 'ada@example.com', access: 'manage' })
    const planned = async () =>
      (
        await env.DB.prepare('SELECT expires_at AS end FROM portcullis_reminders').all<{
          end: number
        }>()
      ).results.map(({ end }) => end)
    await server.cron()
    expect(await planned()).toEqual([Date.UTC(2026, 11, 2, 23, 59, 59) / 1000])
    expect((await secrets())[0]?.['reminded_at']).toBe('2026-11-22T12:00:00Z')
    await patchOk({ expires_on: '2026-12-31' })
    expect([await planned(), (await secrets())[0]?.['reminded_at']]).toEqual([[], null])
    server.clock.now = Date.UTC(2026, 11, 20, 12) / 1000
    await server.cron()
    expect(await planned()).toEqual([Date.UTC(2026, 11, 31, 23, 59, 59) / 1000])
    expect((await secrets())[0]?.['reminded_at']).toBe('2026-12-20T12:00:00Z')
  })
})

describe('who extends a secret', () => {
  const as = async (permission: string, on = 'https://auth.example') =>
    server.token(await server.client({ [on]: permission }))

  it('needs clients:manage, and is never the client itself, nor a machine for one with power', async () => {
    const path = `${all()}/${await idOf()}`
    const body = { expires_on: '2027-01-31' }
    const reader = await as('clients:read')
    expect((await server.admin('PATCH', path, body, reader)).status).toBe(403)
    const manager = await server.client({ 'https://auth.example': 'clients:manage' })
    const token = await server.token(manager)
    const [own] = manager.body['secrets'] as Json[]
    const ownPath = `/clients/${manager.id}/secrets/${own?.['secret_id']}`
    expect((await server.admin('PATCH', ownPath, body, token)).status).toBe(403)
    const other = await as('clients:manage')
    expect((await server.admin('PATCH', ownPath, body, other)).status).toBe(403)
    expect((await server.admin('PATCH', path, body, token)).status).toBe(200)
  })
})

it.each([
  [{ expires_on: 'soon' }, 'expires_on'],
  [{ expires_on: '2026-11-21' }, 'expires_on'],
  [{ retires_at: '2026-11-22T12:00:00Z' }, 'retires_at'],
  [{ retires_at: '2026-12-03T00:00:00Z' }, 'retires_at'],
  [{ retires_at: 'tomorrow' }, 'retires_at'],
  [{ retires_at: '2026-13-40T00:00:00Z' }, 'retires_at'],
  [{ retires_at: '2026-11-31T00:00:00Z' }, 'retires_at'],
  [{ retires_at: '2026-11-25T24:00:00Z' }, 'retires_at'],
  [{ client_secret: 'x' }, 'client_secret'],
])('refuses %j, and names the field', async (body, field) => {
  const response = await patch(body)
  expect(response.status).toBe(400)
  expect((await response.json<Json>())['errors']).toMatchObject([{ field }])
})
