import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { publisher, tokenBy } from '../../support/publisher.ts'
import { API, type Json, type TestServer, testServer } from '../../support/server.ts'

const DAY = 86_400
const NOW = 1_800_000_000
const REFUSED = {
  error: 'invalid_client',
  error_description: 'The client_assertion is not valid.',
}

afterEach(() => vi.restoreAllMocks())

/** A client whose keys somebody publishes, and another isolate of the same deployment. */
async function setUp(alg?: string) {
  const server = testServer({ now: NOW })
  const others = await publisher(alg)
  const key = await others.publish('first')
  await server.api()
  const made = await server.adminOk('POST', '/clients', {
    client_name: 'Nightly export',
    jwks_uri: others.published.jwksUri,
    secret: null,
    permissions: [{ audience: API, permission: 'invoices:read' }],
  })
  const id = String(made['client_id'])
  const status = async (at: TestServer, by = key, how = {}) =>
    (await tokenBy(at, await by.sign(at, id, how))).status
  return { server, id, key, status, ...others }
}

describe('a client that publishes its keys', () => {
  it.each(['ES256', 'ES384', 'EdDSA', 'RS256'])('gets a token by an assertion: %s', async (alg) => {
    const { server, id, key } = await setUp(alg)
    const response = await tokenBy(server, await key.sign(server, id))
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ scope: 'invoices:read' })
    const row = await env.DB.prepare(
      'SELECT kind, key_id, last_used_at FROM portcullis_secrets',
    ).all()
    expect(row.results).toEqual([
      { kind: 'jwks_uri', key_id: expect.stringMatching(/^jwks_/), last_used_at: NOW },
    ])
  })

  it('has a credential, and needs no attention', async () => {
    const { server, id, published } = await setUp()
    const client = await server.adminOk('GET', `/clients/${id}`)
    expect(client).toMatchObject({ status: 'available', attention: [], keys: [] })
    expect(client['jwks_uri']).toBe(published.jwksUri)
    const { data } = await server.adminOk('GET', '/clients?status=available')
    expect(data).toHaveLength(1)
  })

  it('needs attention while its keys cannot be read, in the list and on its own', async () => {
    const { server, id, status, published } = await setUp()
    const seen = async () => {
      const { status: own, attention } = await server.adminOk('GET', `/clients/${id}`)
      const { data } = await server.adminOk('GET', '/clients?status=needs_attention')
      return [own, attention.map(({ reason }: Json) => reason), data.length]
    }
    expect(await status(server)).toBe(200)
    expect(await seen()).toEqual(['available', [], 0])
    published.isDown = true
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    server.clock.now += 3601
    await server.cron()
    expect(await seen()).toEqual(['needs_attention', ['keys_unreachable'], 1])
    // The last good set counts for a day.
    expect(await status(server)).toBe(200)
    await server.cron()
    expect(await seen()).toEqual(['needs_attention', ['keys_unreachable'], 1])
    published.isDown = false
    server.clock.now += 3601
    await server.cron()
    expect(await seen()).toEqual(['available', [], 0])
    await env.DB.prepare("UPDATE portcullis_key_sets SET error = 'out of reach'").run()
    expect((await seen())[2]).toBe(1)
    await env.DB.prepare('DELETE FROM portcullis_key_sets').run()
    expect(await seen()).toEqual(['available', [], 0])
  })

  it('uses an assertion once (RFC 7523 §3, jti)', async () => {
    const { server, status, key } = await setUp()
    expect(await status(server, key, { jti: 'same' })).toBe(200)
    expect(await status(server, key, { jti: 'same' })).toBe(401)
  })

  it('is let in by none of its keys once suspended', async () => {
    const { server, id, status } = await setUp()
    await server.adminOk('PUT', `/clients/${id}/suspension`, {})
    expect(await status(server)).toBe(401)
  })

  it('is not let in by a key whose alg is another (CVE-2026-11800, alg confusion)', async () => {
    const { server, id, publish, status, published } = await setUp('RS256')
    const pinned = await publish('pinned', { alg: 'PS256' })
    server.clock.now += 301
    expect(await status(server, pinned)).toBe(401)
    published.keys = []
    const symmetric = { ...pinned, sign: async () => forgedHmac(id, server.clock.now) }
    expect(await status(server, symmetric)).toBe(401)
  })
})

/** HS256, by no key of anybody. */
function forgedHmac(id: string, now: number): string {
  const part = (value: object) =>
    btoa(JSON.stringify(value)).replaceAll('=', '').replaceAll('+', '-').replaceAll('/', '_')
  const claims = { iss: id, sub: id, aud: 'https://auth.example', exp: now + 60, jti: 'a' }
  return `${part({ alg: 'HS256', kid: 'first' })}.${part(claims)}.AAAA`
}

describe('a key that its publisher', () => {
  it('withdraws is refused as soon as the set is read again', async () => {
    const { server, status, published } = await setUp()
    expect(await status(server)).toBe(200)
    published.keys = []
    server.clock.now += 299
    expect(await status(server)).toBe(200)
    server.clock.now += 1
    expect(await status(server)).toBe(401)
  })

  it('adds works at once; unknown keys make one request in 30 seconds', async () => {
    const { server, status, publish, published } = await setUp()
    expect(await status(server)).toBe(200)
    const second = await publish('second')
    expect(published.fetches).toBe(1)
    server.clock.now += 31
    expect(await status(server, second)).toBe(200)
    expect(published.fetches).toBe(2)
    const unknown = await (await publisher()).publish('unknown')
    vi.mocked(fetch).mockImplementation(async () => {
      published.fetches++
      return Response.json({ keys: published.keys })
    })
    for (let n = 0; n < 5; n++) expect(await status(server, unknown)).toBe(401)
    expect(published.fetches).toBe(2)
    server.clock.now += 30
    for (let n = 0; n < 5; n++) expect(await status(server, unknown)).toBe(401)
    expect(published.fetches).toBe(3)
  })

  it('shows is good for a day while it is down, and then refused', async () => {
    const { server, status, published } = await setUp()
    expect(await status(server)).toBe(200)
    published.isDown = true
    for (const [later, expected] of [
      [3600, 200],
      [DAY - 1, 200],
      [DAY, 401],
    ] as const) {
      server.clock.now = NOW + later
      expect(await status(server)).toBe(expected)
      expect(await status(testServer({ now: server.clock.now }))).toBe(expected)
    }
  })

  it('shows beside a private one is refused', async () => {
    const { server, status, published } = await setUp()
    published.keys.push({ ...published.keys[0], kid: 'leaked', d: 'AQAB' })
    expect(await status(server)).toBe(401)
  })
})

describe('a publisher that answers badly', () => {
  it.each([
    [
      'by sending us on',
      () => new Response(null, { status: 302, headers: { Location: 'http://10.0.0.1' } }),
    ],
    [
      'with a page',
      () => new Response('<p>internal</p>', { headers: { 'Content-Type': 'text/html' } }),
    ],
    ['with an error', () => Response.json({ keys: [] }, { status: 500 })],
    [
      'with a secret of another service',
      () => new Response('token=hunter2', { headers: { 'Content-Type': 'application/json' } }),
    ],
  ])('%s: the caller learns nothing of it (Keycloak CVE-2026-1180)', async (_, answer) => {
    const { server, id, key, published } = await setUp()
    published.answer = answer
    const response = await tokenBy(server, await key.sign(server, id))
    expect(response.status).toBe(401)
    expect(await response.json()).toEqual(REFUSED)
  })
})

describe('the address of keys', () => {
  const uri = 'https://publisher.example/jwks.json'
  const patch = (server: TestServer, id: string, body: object) =>
    server.admin('PATCH', `/clients/${id}`, body)

  it.each(['http://publisher.example/', 'https://10.0.0.1/', 'https://auth.example/jwks'])(
    'must be a public one: %s (Keycloak CVE-2026-1180)',
    async (bad) => {
      const { server, id } = await setUp()
      const fields = { client_name: 'Another', jwks_uri: bad }
      for (const response of [
        await patch(server, id, { jwks_uri: bad }),
        await server.admin('POST', '/clients', fields),
      ]) {
        expect(response.status).toBe(400)
        const { errors, fields: named = errors } = await response.json<Json>()
        expect(JSON.stringify(named)).toContain('jwks_uri')
      }
    },
  )

  it('and keys here exclude each other', async () => {
    const { server, id, published } = await setUp()
    const [jwk] = published.keys
    const { kid: _, ...plain } = jwk ?? {}
    const addKey = () => server.admin('POST', `/clients/${id}/keys`, { jwk: plain })
    expect((await addKey()).status).toBe(409)
    expect((await patch(server, id, { jwks_uri: null })).status).toBe(200)
    expect((await addKey()).status).toBe(201)
    expect((await patch(server, id, { jwks_uri: uri })).status).toBe(409)
  })

  it('takes the old credential away when it is changed or removed', async () => {
    const { server, id, status, published } = await setUp()
    expect(await status(server)).toBe(200)
    await server.adminOk('PATCH', `/clients/${id}`, { description: 'Of another detail' })
    expect(await status(server)).toBe(200)
    await server.adminOk('PATCH', `/clients/${id}`, { jwks_uri: uri })
    expect(await status(server)).toBe(401)
    await server.adminOk('PATCH', `/clients/${id}`, { jwks_uri: published.jwksUri })
    // The credential is another one: an isolate remembers the old one for a minute.
    server.clock.now += 60
    expect(await status(server)).toBe(200)
    await server.adminOk('PATCH', `/clients/${id}`, { jwks_uri: null })
    expect(await status(server)).toBe(401)
    const client = await server.adminOk('GET', `/clients/${id}`)
    expect(client['attention']).toEqual([{ reason: 'no_credentials' }])
    const { data } = await server.adminOk('GET', `/audit-events?client_id=${id}&limit=1`)
    const changes = { jwks_uri: { from: published.jwksUri, to: null } }
    expect(data[0]).toMatchObject({ action: 'client.updated', changes })
  })

  it('is not copied to a duplicate: one key would be two clients', async () => {
    const { server, id } = await setUp()
    const copy = await server.adminOk('POST', `/clients/${id}/duplicates`)
    expect(copy['jwks_uri']).toBeNull()
  })

  it.each([
    ['material', 'https://attacker.example/jwks.json'],
    ['client_id', null],
    ['key_id', 'jwks_another'],
  ])('counts for nothing when its %s is written into the database', async (column, value) => {
    const { server, id, status, publish, published } = await setUp()
    published.jwksUri = 'https://attacker.example/jwks.json'
    const key = await publish('planted')
    const other = await server.adminOk('POST', '/clients', { client_name: 'Other', secret: null })
    await env.DB.prepare(`UPDATE portcullis_secrets SET ${column} = ?`)
      .bind(value ?? other['client_id'])
      .run()
    vi.mocked(fetch).mockImplementation(async () => Response.json({ keys: published.keys }))
    expect(await status(server, key)).toBe(401)
    const own = value === null ? String(other['client_id']) : id
    expect((await tokenBy(server, await key.sign(server, own))).status).toBe(401)
  })
})

describe('the cron', () => {
  it('reads sets again that are older than an hour, and forgets those of no client', async () => {
    const { server, id, status, published } = await setUp()
    expect(await status(server)).toBe(200)
    const sources = async () =>
      (await env.DB.prepare('SELECT source, read_at FROM portcullis_key_sets').all()).results
    server.clock.now += 3599
    await server.cron()
    expect(published.fetches).toBe(1)
    server.clock.now += 1
    await server.cron()
    expect(published.fetches).toBe(2)
    const source = `jwks_uri ${published.jwksUri}`
    expect(await sources()).toEqual([{ source, read_at: server.clock.now }])
    await server.adminOk('DELETE', `/clients/${id}`)
    server.clock.now += 3600
    await server.cron()
    expect(await sources()).toEqual([])
    expect(published.fetches).toBe(2)
  })
})
