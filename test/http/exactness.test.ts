import { env } from 'cloudflare:workers'
import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../../src/domain/errors.ts'
import { renderOAuthError } from '../../src/http/oauth/errors.ts'
import { API, ISSUER, type Json, testServer } from '../support/server.ts'

// Answers and lifetimes to the byte and the second, where a small mistake once went unnoticed.

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const DAY = 86_400
const SKEW = 600
const JSON_HEADERS = {
  Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}`,
  'Content-Type': 'application/json',
}

it('a client that was deleted during its own request is told how to authenticate', () => {
  const error = new Refusal('not_found', 'No such client.')
  const { status, headers } = renderOAuthError(
    error,
    ISSUER,
    () => 'id',
    () => {
      throw error
    },
  )
  expect(status).toBe(401)
  expect(headers.get('www-authenticate')).toBe(`Basic realm="${ISSUER}", charset="UTF-8"`)
})

it('the metadata name each way to authenticate at each endpoint', async () => {
  const path = '/.well-known/oauth-authorization-server'
  const metadata = await (await testServer().send(path)).json<Json>()
  for (const endpoint of ['token', 'introspection', 'revocation']) {
    const names = metadata[`${endpoint}_endpoint_auth_methods_supported`] as string[]
    expect([...names].sort()).toEqual([
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
    ])
    const algorithms = metadata[`${endpoint}_endpoint_auth_signing_alg_values_supported`]
    expect(algorithms).toEqual([
      ...['ES256', 'ES384', 'EdDSA', 'PS256', 'RS256', 'RS384'],
      'Ed25519',
    ])
  }
})

it('a page that holds all that is left has no next one', async () => {
  const server = testServer()
  const client = await server.client()
  await server.adminOk('POST', `/clients/${client.id}/secrets`)
  const path = `/clients/${client.id}/secrets`
  const first = await server.adminOk('GET', `${path}?limit=1`)
  const cursor = encodeURIComponent(String(first['next_cursor']))
  const second = await server.adminOk('GET', `${path}?limit=1&cursor=${cursor}`)
  expect([first['data'].length, second['data'].length]).toEqual([1, 1])
  expect(second['next_cursor']).toBeNull()
})

describe('an Idempotency-Key', () => {
  const post = (path: string, body: object) =>
    testServer({ now: NOON }).send(`/admin/v1${path}`, {
      method: 'POST',
      headers: { ...JSON_HEADERS, 'Idempotency-Key': 'once' },
      body: JSON.stringify(body),
    })

  it('stands for one path', async () => {
    const server = testServer({ now: NOON })
    const [one, other] = [await server.client(), await server.client()]
    expect((await post(`/clients/${one.id}/secrets`, {})).status).toBe(201)
    expect((await post(`/clients/${other.id}/secrets`, {})).status).toBe(422)
  })

  it('stands for one secret of a client', async () => {
    const body = { client_name: 'Export', secret: { expires_on: '2026-12-01' } }
    expect((await post('/clients', body)).status).toBe(201)
    const another = { ...body, secret: { expires_on: '2026-12-02' } }
    expect((await post('/clients', another)).status).toBe(422)
  })
})

describe('a body', () => {
  it('that is not UTF-8 is refused, and not repaired', async () => {
    const text = new TextEncoder().encode('{"client_name":"a?"}')
    text[text.indexOf(0x3f)] = 0xff
    const init = { method: 'POST', headers: JSON_HEADERS, body: text }
    expect((await testServer().send('/admin/v1/clients', init)).status).toBe(400)
  })

  it('in chunks may be as long as one whose length was declared', async () => {
    const bytes = new TextEncoder().encode('{"client_name":"a"}'.padEnd(65_536))
    const chunks = () =>
      new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(bytes.subarray(0, 65_000))
          controller.enqueue(bytes.subarray(65_000))
          controller.close()
        },
      })
    for (const body of [bytes, chunks()]) {
      const init = { method: 'POST', headers: JSON_HEADERS, body }
      expect((await testServer().send('/admin/v1/clients', init)).status).toBe(201)
    }
  })
})

it('a request id that has anything behind it is not the platform’s', async () => {
  const server = testServer()
  const headers = { ...JSON_HEADERS, 'CF-Ray': '8f1e2d3c4b5a6978-AMS0' }
  const body = JSON.stringify({ client_name: 'a' })
  await server.send('/admin/v1/clients', { method: 'POST', headers, body })
  const { data } = await server.adminOk('GET', '/audit-events')
  expect(data[0].action).toBe('client.created')
  expect(data[0].request_id).toMatch(/^[0-9a-f]{8}-/)
})

it('an API that had the audience before the server moved there gives no right to the server', async () => {
  const moved = 'https://moved.example'
  const server = testServer()
  await server.api(moved, 'clients:read')
  const client = await server.client({ [moved]: 'clients:read' })
  const fields = { resource: moved }
  expect((await server.tokenRequest(client, fields)).status).toBe(200)
  expect((await testServer({ issuer: moved }).tokenRequest(client, fields)).status).toBe(400)
})

describe('a revoked token', () => {
  const revokedRows = () =>
    env.DB.prepare('SELECT count(*) AS n FROM portcullis_revoked_tokens').first<number>('n')

  it('is known until no clock takes it any more', async () => {
    const server = testServer({ now: NOON })
    await server.api()
    const client = await server.client({ [API]: 'invoices:read' })
    const token = await server.token(client)
    await server.form('/oauth/revoke', { token }, client)
    const { exp = 0 } = decodeJwt(token)
    server.clock.now = exp + SKEW - 1
    await server.cron()
    expect(await revokedRows()).toBe(1)
    // Once in an hour is enough for what only tidies up.
    server.clock.now = exp + SKEW + DAY
    await server.cron()
    expect(await revokedRows()).toBe(0)
  })

  it('is in the denylist as long, in an entry that expires by itself', async () => {
    const put: unknown[] = []
    const DENYLIST = new Proxy(env.DENYLIST, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => {
          if (name === 'put' && String(args[0]).startsWith('client:')) put.push(args[2])
          return Reflect.apply(value, target, args) as unknown
        }
      },
    })
    const server = testServer({ env: { DENYLIST } })
    const client = await server.client()
    const expired = Math.floor(Date.now() / 1000) - SKEW / 2
    await env.DB.prepare('INSERT INTO portcullis_revoked_tokens VALUES (?, ?, ?)')
      .bind('late', client.id, expired)
      .run()
    await server.suspend(client)
    const entry = await env.DENYLIST.get<Json>(`client:${client.id}`, 'json')
    expect(entry).toMatchObject({ suspended: true, revoked: ['late'] })
    expect(put).toEqual([expect.objectContaining({ expirationTtl: 31 * DAY })])
  })
})
