import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { formatSecret } from '../../src/domain/secret-text.ts'
import { unreachableDatabase, watchedDatabase } from '../support/counting.ts'
import { API, type Client, type Json, type TestServer, testServer } from '../support/server.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const DAY = 86_400
const endOf = (date: string) => Date.parse(`${date}T23:59:59Z`) / 1000

let server: TestServer
let client: Client

beforeEach(async () => {
  server = testServer({ now: NOON })
  await server.api()
  client = await server.client(
    { [API]: 'invoices:read' },
    { allow_self_rotation: true, secret: { expires_on: '2026-12-02', remind: false } },
  )
})

const ask = (caller: { id: string; secret: string }, fields: Record<string, string> = {}) =>
  server.form('/oauth/rotate', fields, caller)

async function rotate(caller = client, fields: Record<string, string> = {}) {
  const response = await ask(caller, fields)
  const body = await response.json<Json>()
  if (response.status !== 201) throw new Error(`rotate: ${response.status} ${JSON.stringify(body)}`)
  return { body, next: { ...client, secret: String(body['client_secret']) } }
}

const works = async (caller: Client) => (await server.tokenRequest(caller)).status === 200

const secretsOf = async ({ id }: Client): Promise<Json[]> =>
  (await server.adminOk('GET', `/clients/${id}`))['secrets']

async function events(): Promise<Json[]> {
  const { data } = await server.adminOk('GET', `/audit-events?client_id=${client.id}`)
  return data
}

/** Expects a refusal that changes nothing. */
async function expectRefused(
  caller: { id: string; secret: string },
  [status, error]: [number, string],
  fields: Record<string, string> = {},
  path = '/oauth/rotate',
) {
  const before = [await secretsOf(client), (await events()).length]
  const response = await server.form(path, fields, caller)
  expect([response.status, (await response.json<Json>())['error']]).toEqual([status, error])
  expect(response.headers.get('cache-control')).toBe('no-store')
  // A use of the right secret is noted, whatever came of it.
  const unused = (secrets: Json[]) => secrets.map((one) => ({ ...one, last_used_at: null }))
  const after = [await secretsOf(client), (await events()).length]
  expect([unused(after[0] as Json[]), after[1]]).toEqual([unused(before[0] as Json[]), before[1]])
}

describe('a client that may', () => {
  it('gets another secret in the one answer that shows it, and the old one ends after a day', async () => {
    server.clock.now = NOON + DAY
    const response = await ask(client)
    expect(response.status).toBe(201)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      pragma: 'no-cache',
      'x-content-type-options': 'nosniff',
    })
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
    const body = await response.json<Json>()
    const [old, made] = await secretsOf(client)
    expect(body).toEqual({
      client_id: client.id,
      client_secret: expect.stringMatching(/^pc_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/),
      client_secret_expires_at: endOf('2026-12-03'),
      secret_id: made?.['secret_id'],
      previous_secret_id: old?.['secret_id'],
      previous_secret_expires_at: NOON + 2 * DAY,
    })
    expect(made).toMatchObject({ expires_at: '2026-12-03T23:59:59Z', remind: false })
    expect(old).toMatchObject({ retires_at: '2026-11-24T12:00:00Z' })
    const next = { ...client, secret: String(body['client_secret']) }
    server.clock.now = NOON + 2 * DAY - 1
    expect([await works(client), await works(next)]).toEqual([true, true])
    server.clock.now = NOON + 2 * DAY
    expect([await works(client), await works(next)]).toEqual([false, true])
  })

  it('leaves two events, each by the client', async () => {
    const { body } = await rotate(client, { overlap: '60' })
    const made = (await events()).slice(0, 2)
    expect(made).toEqual([
      expect.objectContaining({
        action: 'secret.created',
        target: { type: 'secret', id: body['secret_id'] },
        changes: { expires_at: { from: null, to: '2026-12-02T23:59:59Z' } },
      }),
      expect.objectContaining({
        action: 'secret.retired',
        target: { type: 'secret', id: body['previous_secret_id'] },
        changes: { retires_at: { from: null, to: '2026-11-22T12:01:00Z' } },
      }),
    ])
    for (const event of made) {
      expect(event['actor']).toMatchObject({ type: 'client', id: client.id })
    }
    expect(await server.adminOk('GET', '/audit-events/verification')).toMatchObject({
      intact: true,
    })
  })

  it('chooses the overlap, none at all too', async () => {
    const { body, next } = await rotate(client, { overlap: '0' })
    expect(body['previous_secret_expires_at']).toBe(NOON)
    expect([await works(client), await works(next)]).toEqual([false, true])
    expect(await secretsOf(client)).toHaveLength(1)
  })

  it('authenticates by the body as well', async () => {
    const fields = { client_id: client.id, client_secret: client.secret }
    expect((await server.form('/oauth/rotate', fields)).status).toBe(201)
  })

  it('retires the secret that it used and no other, and never moves its end back', async () => {
    const made = await server.adminOk('POST', `/clients/${client.id}/secrets`, {})
    const { next } = await rotate(client, { overlap: '60' })
    const [used, other, fresh] = await secretsOf(client)
    expect([used?.['retires_at'], other?.['retires_at'], fresh?.['retires_at']]).toEqual([
      '2026-11-22T12:01:00Z',
      null,
      null,
    ])
    expect(await works({ ...client, secret: String(made['client_secret']) })).toBe(true)
    await rotate(client, { overlap: '3600' })
    expect((await secretsOf(client))[0]?.['retires_at']).toBe('2026-11-22T12:01:00Z')
    expect((await events()).filter(({ action }) => action === 'secret.retired')).toHaveLength(1)
    expect(await works(next)).toBe(true)
  })

  it('has tokens that live on', async () => {
    const observer = await server.client({ [API]: 'tokens:introspect' })
    const token = await server.token(client)
    await rotate(client, { overlap: '0' })
    expect(await server.introspect(token, observer)).toMatchObject({ active: true })
  })

  it('rotates on, from each secret to the next, for the same number of days', async () => {
    let last = client
    for (const day of ['2026-12-10', '2026-12-18', '2026-12-26']) {
      server.clock.now += 8 * DAY
      const { body, next } = await rotate(last)
      expect(body['client_secret_expires_at']).toBe(endOf(day))
      last = next
    }
  })

  it('gets no longer term than any secret may have', async () => {
    server.clock.now = Date.UTC(2027, 2, 1, 12) / 1000
    const longest = await server.client(
      {},
      { allow_self_rotation: true, secret: { expires_on: '2029-03-01' } },
    )
    // Two years with a leap day are a day longer than two without.
    server.clock.now = Date.UTC(2028, 2, 1, 12) / 1000
    const { body } = await rotate(longest)
    expect(body['client_secret_expires_at']).toBe(endOf('2030-03-01'))
    expect(body['client_id']).toBe(longest.id)
  })
})

describe('the number of live secrets', () => {
  it('INV-6: is at most five, unless the one used makes room', async () => {
    for (let n = 1; n < 5; n++) await rotate()
    await expectRefused(client, [400, 'invalid_request'])
    const { next } = await rotate(client, { overlap: '0' })
    expect(await secretsOf(client)).toHaveLength(5)
    expect([await works(client), await works(next)]).toEqual([false, true])
  })

  it('INV-6: is at most five when ten rotations come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(client)))
    const made = answers.filter(({ status }) => status === 201)
    expect(made).toHaveLength(4)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 400]))
    expect(await secretsOf(client)).toHaveLength(5)
    for (const answer of made) {
      const { client_secret: secret } = await answer.json<Json>()
      expect(await works({ ...client, secret })).toBe(true)
    }
  })

  it('grows by one where ten leave no overlap', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => ask(client, { overlap: '0' })),
    )
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
      201,
      ...Array.from({ length: 9 }, () => 401),
    ])
    expect(await secretsOf(client)).toHaveLength(1)
  })
})

describe('is refused', () => {
  it('to a client that may not, until its administrator allows it, and after', async () => {
    const path = `/clients/${client.id}`
    await server.adminOk('PATCH', path, { allow_self_rotation: false })
    await expectRefused(client, [400, 'unauthorized_client'])
    await server.adminOk('PATCH', path, { allow_self_rotation: true })
    const { next } = await rotate()
    await server.adminOk('PATCH', path, { allow_self_rotation: false })
    await expectRefused(next, [400, 'unauthorized_client'])
    const [off, on] = (await events()).filter(({ action }) => action === 'client.updated')
    expect([off?.['changes'], on?.['changes']]).toEqual([
      { allow_self_rotation: { from: true, to: false } },
      { allow_self_rotation: { from: false, to: true } },
    ])
  })

  it('while it is suspended, and works again when it is resumed', async () => {
    await server.suspend(client)
    await expectRefused(client, [401, 'invalid_client'])
    await server.resume(client)
    await rotate()
  })

  it('with a secret that is expired, deleted, retired, wrong, mistyped, or of nobody', async () => {
    const { next } = await rotate(client, { overlap: '60' })
    server.clock.now += 60
    await expectRefused(client, [401, 'invalid_client'])
    const wrong = formatSecret(next.secret.slice(3, 15), 'y'.repeat(43))
    await expectRefused({ ...next, secret: wrong }, [401, 'invalid_client'])
    await expectRefused({ ...next, secret: `${next.secret}x` }, [401, 'invalid_client'])
    await expectRefused({ id: 'nobody', secret: next.secret }, [401, 'invalid_client'])
    await expectRefused({ id: client.id, secret: client.id }, [401, 'invalid_client'])
    const [secret] = await secretsOf(client)
    await server.adminOk('DELETE', `/clients/${client.id}/secrets/${secret?.['secret_id']}`)
    await expectRefused(next, [401, 'invalid_client'])
    const made = await server.adminOk('POST', `/clients/${client.id}/secrets`, {
      expires_on: '2026-11-22',
    })
    server.clock.now = endOf('2026-11-22')
    await expectRefused({ ...client, secret: made['client_secret'] }, [401, 'invalid_client'])
  })

  it.each(['overlap', 'Overlap', 'overlaps', 'overlap[]'])(
    'with %s where it would be ignored, and the old secret would live on for a day',
    async (name) => {
      const query = String(new URLSearchParams({ [name]: '0' }))
      await expectRefused(client, [400, 'invalid_request'], {}, `/oauth/rotate?${query}`)
      if (name !== 'overlap') await expectRefused(client, [400, 'invalid_request'], { [name]: '0' })
    },
  )

  it('to a token, whatever it may do', async () => {
    const token = await server.token(client)
    const headers = { Authorization: `Bearer ${token}` }
    expect((await server.form('/oauth/rotate', {}, undefined, headers)).status).toBe(401)
    const breakglass = { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` }
    expect((await server.form('/oauth/rotate', {}, undefined, breakglass)).status).toBe(401)
  })

  it.each(['-1', '1.5', '86401', '1e3', 'x', '0x10', ' 60', '99999999999'])(
    'with an overlap of "%s"',
    async (overlap) => {
      await expectRefused(client, [400, 'invalid_request'], { overlap })
    },
  )

  it('with a repeated overlap', async () => {
    const response = await server.form('/oauth/rotate', 'overlap=0&overlap=60', client)
    expect(response.status).toBe(400)
    expect(await secretsOf(client)).toHaveLength(1)
  })

  it('after two dozen secrets within a day, however short their overlap', async () => {
    let last = client
    for (let n = 0; n < 24; n++) {
      server.clock.now += 10
      last = (await rotate(last, { overlap: '0' })).next
    }
    const response = await ask(last, { overlap: '0' })
    expect([response.status, (await response.json<Json>())['error']]).toEqual([429, 'slow_down'])
    expect(response.headers.get('retry-after')).toBe(String(DAY - 230))
    expect(await works(last)).toBe(true)
    server.clock.now += DAY - 230
    await rotate(last, { overlap: '0' })
  })
})

describe('what comes between its authentication and its commit', () => {
  /** A server whose first look at the ledger waits for `meanwhile`. */
  function overtaken(meanwhile: () => Promise<unknown>): TestServer {
    let done = false
    const DB = watchedDatabase(env.DB, async (sql) => {
      if (done || !sql.includes('SELECT seq, seal')) return
      done = true
      await meanwhile()
    })
    return testServer({ now: NOON, env: { DB } })
  }

  it.each<[string, () => Promise<unknown>]>([
    ['a suspension', () => server.suspend(client)],
    ['the deletion of the client', () => server.adminOk('DELETE', `/clients/${client.id}`)],
    [
      'the deletion of the secret',
      () =>
        server.adminOk(
          'DELETE',
          `/clients/${client.id}/secrets/${client.body['secrets'][0].secret_id}`,
        ),
    ],
  ])('INV-2: %s is not undone by it', async (_name, meanwhile) => {
    const response = await overtaken(meanwhile).form('/oauth/rotate', {}, client)
    expect([response.status, (await response.json<Json>())['error']]).toEqual([
      401,
      'invalid_client',
    ])
    const { results } = await env.DB.prepare(
      "SELECT 1 FROM portcullis_audit_events WHERE actor_type = 'client'",
    ).all()
    expect(results).toEqual([])
  })

  it('or the end of the permission', async () => {
    const forbid = () =>
      server.adminOk('PATCH', `/clients/${client.id}`, { allow_self_rotation: false })
    const response = await overtaken(forbid).form('/oauth/rotate', {}, client)
    expect((await response.json<Json>())['error']).toBe('unauthorized_client')
    expect(await secretsOf(client)).toHaveLength(1)
  })
})

it('is unavailable without D1, and while the server is closed', async () => {
  for (const overrides of [{ DB: unreachableDatabase() }, { CLOSED: 'yes' }]) {
    const broken = testServer({ now: NOON, env: overrides })
    const response = await broken.form('/oauth/rotate', {}, client)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('5')
    expect(await response.text()).not.toContain('client_secret')
  }
})

it('a client changes nothing of itself by the admin API all the same', async () => {
  const manager = await server.client(
    { 'https://auth.example': 'clients:manage' },
    { allow_self_rotation: true },
  )
  const token = await server.token(manager)
  const path = `/clients/${manager.id}`
  expect((await server.admin('POST', `${path}/secrets`, {}, token)).status).toBe(403)
  const allow = { allow_self_rotation: true }
  expect((await server.admin('PATCH', path, allow, token)).status).toBe(403)
})
