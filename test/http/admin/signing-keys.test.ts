import { decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import { API, ISSUER, type Json, testServer } from '../../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000

const kidOf = (token: string) => String(decodeProtectedHeader(token).kid)

async function setUp() {
  const server = testServer({ now: NOW })
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  const caller = await server.client({ [API]: 'tokens:introspect' })
  const keys = async () => (await server.adminOk('GET', '/signing-keys'))['data'] as Json[]
  const states = async () => Object.fromEntries((await keys()).map((k) => [k['kid'], k['state']]))
  const published = async () => {
    const body = await (await server.send('/.well-known/jwks.json')).json<Json>()
    return (body['keys'] as Json[]).map((key) => String(key['kid']))
  }
  const isActive = async (token: string) => (await server.introspect(token, caller))['active']
  return { server, client, keys, states, published, isActive }
}

describe('rotating the signing key', () => {
  it('makes a pending key that is published, and signs when its time has come', async () => {
    const { server, client, keys, states, published, isActive } = await setUp()
    const first = await server.token(client)
    const response = await server.admin('POST', '/signing-keys')
    expect(response.status).toBe(201)
    const made = await response.json<Json>()
    expect(made).toEqual({
      kid: expect.any(String),
      algorithm: 'ES256',
      state: 'pending',
      created_at: '2026-11-22T10:00:00Z',
      activates_at: expect.stringMatching(/^2026-11-22T10:\d\d:00Z$/),
      retired_at: null,
      revoked_at: null,
    })
    const kid = made['kid'] as string
    expect(response.headers.get('location')).toBe(`${ISSUER}/admin/v1/signing-keys/${kid}`)
    expect((await keys()).find((key) => key['kid'] === kid)).toEqual(made)
    expect((await published()).sort()).toEqual([kid, kidOf(first)].sort())
    expect(kidOf(await server.token(client))).toBe(kidOf(first))

    const jwks = await server.send('/.well-known/jwks.json')
    const maxAge = Number(/max-age=(\d+)/.exec(jwks.headers.get('cache-control') ?? '')?.[1])
    const activatesAt = Date.parse(made['activates_at']) / 1000
    expect(activatesAt - NOW).toBeGreaterThan(maxAge)

    server.clock.now = activatesAt
    const second = await server.token(client)
    expect(kidOf(second)).toBe(kid)
    expect(await states()).toEqual({ [kid]: 'active', [kidOf(first)]: 'retiring' })
    expect([await isActive(first), await isActive(second)]).toEqual([true, true])
    expect(await published()).toContain(kidOf(first))

    server.clock.now += 2 * 43_200
    expect(await states()).toEqual({ [kid]: 'active', [kidOf(first)]: 'gone' })
    expect(await published()).toEqual([kid])
  })

  it('has exactly one active key at any time, however often and at once it is asked for', async () => {
    const { server, client, keys } = await setUp()
    await server.token(client)
    await Promise.all([1, 2, 3].map(() => server.adminOk('POST', '/signing-keys')))
    for (let minute = 0; minute <= 30; minute += 5) {
      server.clock.now = NOW + minute * 60
      const active = (await keys()).filter((key) => key['state'] === 'active')
      expect(active).toHaveLength(1)
      expect(kidOf(await server.token(client))).toBe(active[0]?.['kid'])
      if (minute === 10) await server.adminOk('POST', '/signing-keys')
    }
    expect(await keys()).toHaveLength(5)
  })
})

describe('revoking a signing key', () => {
  it('makes another first where it was active, and ends its tokens at once', async () => {
    const { server, client, states, published, isActive } = await setUp()
    const token = await server.token(client)
    const response = await server.admin('DELETE', `/signing-keys/${kidOf(token)}`)
    expect([response.status, await response.text()]).toEqual([204, ''])
    expect(await isActive(token)).toBe(false)
    const next = await server.token(client)
    expect(await isActive(next)).toBe(true)
    expect(await states()).toEqual({ [kidOf(token)]: 'revoked', [kidOf(next)]: 'active' })
    expect(await published()).toEqual([kidOf(next)])
    const { data } = await server.adminOk('GET', '/audit-events?limit=2')
    expect(data.map((e: Json) => [e['action'], e['target']])).toEqual([
      ['signing_key.revoked', { type: 'signing_key', id: kidOf(token) }],
      ['signing_key.created', { type: 'signing_key', id: kidOf(next) }],
    ])
  })

  it('is done once: a second time changes nothing', async () => {
    const { server, client, keys } = await setUp()
    const kid = kidOf(await server.token(client))
    await server.adminOk('DELETE', `/signing-keys/${kid}`)
    const before = await keys()
    server.clock.now += 60
    expect((await server.admin('DELETE', `/signing-keys/${kid}`)).status).toBe(204)
    expect(await keys()).toEqual(before)
  })

  it('of a pending key leaves the active one, which goes on', async () => {
    const { server, client, states, published } = await setUp()
    const kid = kidOf(await server.token(client))
    const pending = (await server.adminOk('POST', '/signing-keys'))['kid'] as string
    await server.adminOk('DELETE', `/signing-keys/${pending}`)
    server.clock.now += 3600
    expect(kidOf(await server.token(client))).toBe(kid)
    expect(await states()).toEqual({ [kid]: 'active', [pending]: 'revoked' })
    expect(await published()).toEqual([kid])
  })

  it('of a retiring key ends its tokens, and no others', async () => {
    const { server, client, isActive } = await setUp()
    const old = await server.token(client)
    await server.adminOk('POST', '/signing-keys')
    server.clock.now += 3600
    const fresh = await server.token(client)
    await server.adminOk('DELETE', `/signing-keys/${kidOf(old)}`)
    expect([await isActive(old), await isActive(fresh)]).toEqual([false, true])
  })

  it('ends a token for this API too', async () => {
    const { server } = await setUp()
    const reader = await server.client({ [ISSUER]: 'clients:read' })
    const token = await server.token(reader)
    expect((await server.admin('GET', '/clients', undefined, token)).status).toBe(200)
    await server.adminOk('DELETE', `/signing-keys/${kidOf(token)}`)
    expect((await server.admin('GET', '/clients', undefined, token)).status).toBe(401)
  })
})

it('lists keys newest first, and nothing private of them', async () => {
  const { server, client, keys } = await setUp()
  await server.token(client)
  server.clock.now += 60
  await server.adminOk('POST', '/signing-keys')
  expect((await keys()).map((key) => key['created_at'])).toEqual([
    '2026-11-22T10:01:00Z',
    '2026-11-22T10:00:00Z',
  ])
  for (const key of await keys()) {
    expect(Object.keys(key).sort()).toEqual(
      [
        'activates_at',
        'algorithm',
        'created_at',
        'kid',
        'retired_at',
        'revoked_at',
        'state',
      ].sort(),
    )
  }
  expect((await server.admin('GET', '/signing-keys?sort=kid')).status).toBe(400)
})
