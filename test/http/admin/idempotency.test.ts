import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Creation, CREATIONS, type Ids } from './creations.ts'
import { watchedDatabase } from '../../support/counting.ts'
import { API, ISSUER, type Json, type TestServer, testServer } from '../../support/server.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const DAY = 86_400
const SKEW = 600

let server: TestServer
let ids: Ids
let bearer: string

beforeEach(async () => {
  server = testServer({ now: NOON })
  await server.api()
  ids = { client: (await server.client({ [API]: 'invoices:read' })).id }
  bearer = server.bindings.BOOTSTRAP_TOKEN ?? ''
})

type Sent = { key?: string; by?: string; at?: TestServer; raw?: string; ifMatch?: string }

function post(
  path: string,
  body: Json,
  { key, by = bearer, at = server, raw, ifMatch }: Sent = {},
) {
  return at.send(`/admin/v1${path}`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${by}`,
      'Content-Type': 'application/json',
      ...(key !== undefined && { 'Idempotency-Key': key }),
      ...(ifMatch !== undefined && { 'If-Match': ifMatch }),
    },
    body: raw ?? JSON.stringify(body),
  })
}

const count = async (table: string) =>
  (await env.DB.prepare(`SELECT count(*) AS n FROM portcullis_${table}`).first<number>('n')) ?? 0

async function eventsOf(action: string): Promise<number> {
  const { data } = await server.adminOk('GET', `/audit-events?limit=100&action=${action}`)
  return (data as Json[]).length
}

/** How many there are more of than before. */
async function growth({ table, action }: Creation) {
  const before = [await count(table), await eventsOf(action)]
  return async () => {
    const now = [await count(table), await eventsOf(action)]
    return now.map((n, i) => n - (before[i] ?? 0))
  }
}

const problemOf = async (response: Response) => {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  return (await response.json<Json>())['type'].replace('urn:portcullis:problem:', '')
}

describe.each(Object.entries(CREATIONS))('POST of %s', (_name, creation) => {
  const send = (sent: Sent, body = creation.body) => post(creation.path(ids), body, sent)

  it('makes one thing for one key, however often it is sent, and says so', async () => {
    const grown = await growth(creation)
    const first = await send({ key: 'key-1' })
    expect(first.status).toBe(201)
    expect(first.headers.get('idempotency-replayed')).toBeNull()
    const location = first.headers.get('location')
    expect(location).toMatch(/^https:\/\/auth\.example\/admin\/v1\//)
    const made = await first.json<Json>()
    for (let retry = 0; retry < 3; retry++) {
      const again = await send({ key: 'key-1' })
      expect(again.headers.get('idempotency-replayed')).toBe('true')
      expect(again.headers.get('location')).toBe(location)
      expect(again.headers.get('etag')).toBe(creation.secret ? null : first.headers.get('etag'))
      expect(again.status).toBe(creation.secret ? 409 : 201)
      const text = await again.clone().text()
      if (!creation.secret) expect(JSON.parse(text)).toEqual(made)
      else expect(await problemOf(again)).toBe('made_before')
      expect(text).not.toContain('client_secret')
      expect(text).not.toContain('pc_')
    }
    expect(await grown()).toEqual([creation.makes ?? 1, creation.makes ?? 1])
    expect(await count('idempotency_records')).toBe(1)
  })

  it('makes one thing for one key that is sent ten times at once', async () => {
    const grown = await growth(creation)
    const answers = await Promise.all(Array.from({ length: 10 }, () => send({ key: 'parallel' })))
    const first = answers.filter((answer) => !answer.headers.has('idempotency-replayed'))
    expect(first.map(({ status }) => status)).toEqual([201])
    expect(new Set(answers.map((answer) => answer.headers.get('location'))).size).toBe(1)
    expect(new Set(answers.map(({ status }) => status))).toEqual(
      new Set(creation.secret ? [201, 409] : [201]),
    )
    expect(await grown()).toEqual([creation.makes ?? 1, creation.makes ?? 1])
  })

  it('refuses the key for anything else, and makes nothing', async () => {
    expect((await send({ key: 'key-2' })).status).toBe(201)
    const grown = await growth(creation)
    const elsewhere = creation.action.startsWith('role') ? 'apis' : 'roles'
    const others = [
      ...(creation.body === creation.other || JSON.stringify(creation.other) === '{}'
        ? []
        : [await send({ key: 'key-2' }, creation.other)]),
      await post(`/${elsewhere}`, CREATIONS[elsewhere]?.body ?? {}, { key: 'key-2' }),
    ]
    for (const other of others) {
      expect(other.status).toBe(422)
      expect(await problemOf(other)).toBe('key_reused')
    }
    expect(await grown()).toEqual([0, 0])
  })

  it('says that what it made is gone, and makes no other', async () => {
    const made = await send({ key: 'key-3' })
    const path = String(made.headers.get('location')).slice(`${ISSUER}/admin/v1`.length)
    await server.adminOk('DELETE', path)
    const grown = await growth(creation)
    const again = await send({ key: 'key-3' })
    // A signing key is kept when it is revoked, and shown as it is.
    if (creation.table === 'signing_keys') {
      expect([again.status, (await again.json<Json>())['state']]).toEqual([201, 'revoked'])
    } else {
      expect([again.status, await problemOf(again)]).toEqual([410, 'gone'])
    }
    expect(await grown()).toEqual([0, 0])
  })

  it('knows a key for 24 hours, whether or not the cron ran', async () => {
    const body = {
      ...creation.body,
      ...(creation.table === 'apis' && { audience: 'https://x.example' }),
    }
    expect((await send({ key: 'key-4' }, body)).headers.has('idempotency-replayed')).toBe(false)
    server.clock.now = NOON + DAY - 1
    await server.cron()
    expect((await send({ key: 'key-4' }, body)).headers.has('idempotency-replayed')).toBe(true)
    server.clock.now = NOON + DAY
    // A unique thing cannot be made again, and is refused as ever.
    const again = await send({ key: 'key-4' }, body)
    const isUnique = /^(api|administrator|public_key|certificate)\./.test(creation.action)
    expect(again.status).toBe(isUnique ? 409 : 201)
    expect(again.headers.has('idempotency-replayed')).toBe(false)
    expect((await send({ key: 'key-4' }, body)).headers.has('idempotency-replayed')).toBe(!isUnique)
  })
})

it('INV-8: finds what was made where the answer of the commit was lost', async () => {
  let lose = true
  const DB = watchedDatabase(env.DB, () => {})
  const lossy = new Proxy(DB, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      const run = value.bind(target) as (...rest: unknown[]) => unknown
      return (...rest: unknown[]) => {
        if (
          name === 'prepare' &&
          !lose &&
          /SELECT 1 FROM portcullis_audit_events/.test(String(rest))
        )
          throw new Error('D1_ERROR: Network connection lost')
        if (name !== 'batch' || !lose) return run(...rest)
        lose = false
        return Promise.resolve(run(...rest)).then(() => {
          throw new Error('D1_ERROR: Network connection lost')
        })
      }
    },
  })
  const broken = testServer({ now: NOON, env: { DB: lossy } })
  const body = { client_name: 'Lost' }
  expect((await post('/clients', body, { key: 'lost', at: broken })).status).toBe(503)
  const again = await post('/clients', body, { key: 'lost' })
  expect(again.status).toBe(409)
  const { data } = await server.adminOk('GET', '/clients?q=Lost')
  expect((data as Json[]).map((one) => `${ISSUER}/admin/v1/clients/${one['client_id']}`)).toEqual([
    again.headers.get('location'),
  ])
})

it('keeps the keys of principals apart', async () => {
  const tokens = await Promise.all(
    [1, 2].map(async () => server.token(await server.client({ [ISSUER]: 'clients:manage' }))),
  )
  const grown = await growth(CREATIONS['clients'] as Creation)
  for (const by of [...tokens, bearer]) {
    const first = await post('/clients', { client_name: 'Mine' }, { key: 'same', by })
    expect(first.status).toBe(201)
    expect((await post('/clients', { client_name: 'Mine' }, { key: 'same', by })).status).toBe(409)
  }
  expect(await grown()).toEqual([3, 3])
})

it('lets a key be used again after a refusal, of which nothing is stored', async () => {
  const wrong = { client_name: 'Export', roles: ['none'] }
  expect((await post('/clients', wrong, { key: 'again' })).status).toBe(400)
  expect((await post('/clients', { client_name: '' }, { key: 'again' })).status).toBe(400)
  expect(await count('idempotency_records')).toBe(0)
  expect((await post('/clients', { client_name: 'Export' }, { key: 'again' })).status).toBe(201)
})

it('takes the same fields in another order, and the key in quotes, for the same request', async () => {
  const raw = '{"name": "Reader", "permissions": []}'
  expect((await post('/roles', {}, { key: 'k"1', raw })).status).toBe(400)
  expect((await post('/roles', {}, { key: '"k\\"1"', raw })).status).toBe(201)
  const other = '{"permissions":[],"name":"Reader"}'
  const again = await post('/roles', {}, { key: ' "k\\"1" ', raw: other })
  expect(again.headers.get('idempotency-replayed')).toBe('true')
  await post('/roles', {}, { key: 'plain', raw })
  const quoted = await post('/roles', {}, { key: '"plain"', raw })
  expect(quoted.headers.get('idempotency-replayed')).toBe('true')
})

it.each([
  ['empty', ''],
  ['an empty string', '""'],
  ['too long', 'k'.repeat(256)],
  ['too long in quotes', `"${'k'.repeat(256)}"`],
  ['two keys', 'one, two'],
  ['two strings', '"one", "two"'],
  ['with a parameter', '"one";p=1'],
  ['half quoted', '"one'],
  ['badly escaped', '"o\\ne"'],
  ['with a space', 'one two'],
  ['not ASCII', 'schl\u00fcssel'],
])('refuses a key that is %s, and makes nothing', async (_name, key) => {
  const grown = await growth(CREATIONS['roles'] as Creation)
  const answer = await post('/roles', CREATIONS['roles']?.body ?? {}, { key })
  expect([answer.status, await problemOf(answer)]).toEqual([400, 'invalid_request'])
  expect(await grown()).toEqual([0, 0])
})

it('takes a key of 255 characters', async () => {
  for (const key of ['k'.repeat(255), `"${'"'.repeat(0)}${'q'.repeat(255)}"`]) {
    expect((await post('/roles', CREATIONS['roles']?.body ?? {}, { key })).status).toBe(201)
  }
})

it('stores keyed hashes and an id, and nothing of the key, the body or the secret', async () => {
  const body = { client_name: 'Nightly needle', description: 'hay' }
  const first = await post('/clients', body, { key: 'the-key-of-the-needle' })
  const { client_id, client_secret } = await first.json<Json>()
  const { results } = await env.DB.prepare('SELECT * FROM portcullis_idempotency_records').all()
  expect(results).toEqual([
    {
      key_hash: expect.stringMatching(/^[0-9A-Za-z_-]{43}$/),
      request_hash: expect.stringMatching(/^[0-9A-Za-z_-]{43}$/),
      target_type: 'client',
      target_id: client_id,
      made_at: NOON,
    },
  ])
  const stored = JSON.stringify(results)
  for (const text of ['needle', 'hay', String(client_secret)]) expect(stored).not.toContain(text)
})

it('finds a key that was hashed before the audit key was rotated', async () => {
  const old = server.bindings.AUDIT_KEY
  expect((await post('/roles', CREATIONS['roles']?.body ?? {}, { key: 'turn' })).status).toBe(201)
  const rotated = testServer({ now: NOON, env: { AUDIT_KEY: `2:${'n'.repeat(40)},${old}` } })
  const again = await post('/roles', CREATIONS['roles']?.body ?? {}, { key: 'turn', at: rotated })
  expect(again.headers.get('idempotency-replayed')).toBe('true')
  expect(await count('idempotency_records')).toBe(1)
})

it('answers a retry before it looks at what the first one changed', async () => {
  const path = `/clients/${ids.client}/secrets`
  const tag = (await server.admin('GET', `/clients/${ids.client}`)).headers.get('etag') ?? ''
  expect((await post(path, {}, { key: 'tag', ifMatch: tag })).status).toBe(201)
  expect((await post(path, {}, { key: 'tag', ifMatch: tag })).status).toBe(409)
  expect((await post(path, {}, { key: 'other', ifMatch: tag })).status).toBe(412)
})

it('costs no statement without a key, and one read with one', async () => {
  const seen: string[] = []
  const DB = watchedDatabase(env.DB, (sql) => void seen.push(sql))
  const counting = testServer({ now: NOON, env: { DB } })
  const statements = async (sent: Sent) => {
    seen.length = 0
    await post('/roles', CREATIONS['roles']?.body ?? {}, { ...sent, at: counting })
    return [...seen]
  }
  const without = await statements({})
  expect(without.filter((sql) => sql.includes('idempotency'))).toEqual([])
  const using = await statements({ key: 'cost' })
  const ofKeys = using.filter((sql) => sql.includes('idempotency'))
  expect(ofKeys.map((sql) => sql.slice(0, 6))).toEqual(['SELECT', 'INSERT'])
  expect(using).toHaveLength(without.length + 2)
  const again = await statements({ key: 'cost' })
  expect(again.filter((sql) => !sql.startsWith('SELECT') && !sql.includes('outbox'))).toEqual([])
})

it('is ignored by what creates nothing', async () => {
  const init = {
    method: 'PATCH',
    headers: {
      Authorization: `Bearer ${bearer}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': 'not, a key',
    },
    body: '{"description": "x"}',
  }
  expect((await server.send(`/admin/v1/clients/${ids.client}`, init)).status).toBe(200)
  expect(await count('idempotency_records')).toBe(0)
})

it('is dropped by the cron when its time is over by every clock', async () => {
  await post('/roles', CREATIONS['roles']?.body ?? {}, { key: 'old' })
  server.clock.now = NOON + DAY + SKEW - 1
  await server.cron()
  expect(await count('idempotency_records')).toBe(1)
  server.clock.now = NOON + DAY + SKEW
  await server.cron()
  expect(await count('idempotency_records')).toBe(0)
})
