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

/** How long a standby is published: the lead, and as long as the keys may be cached. */
const SETTLED = 24 * 3600 + 300

describe('rotating the signing key', () => {
  it('promotes the standby, which is published, and says when it signs', async () => {
    const { server, client, keys, states, published, isActive } = await setUp()
    const first = await server.token(client)
    const standby = (await published()).find((kid) => kid !== kidOf(first)) ?? ''
    server.clock.now += 3600
    const response = await server.admin('POST', '/signing-keys')
    expect(response.status).toBe(201)
    const next = await response.json<Json>()
    expect(next).toEqual({
      kid: standby,
      algorithm: 'ES256',
      state: 'standby',
      created_at: '2026-11-22T10:00:00Z',
      activates_at: '2026-11-23T10:05:00Z',
      retired_at: null,
      revoked_at: null,
    })
    expect(response.headers.get('location')).toBe(`${ISSUER}/admin/v1/signing-keys/${standby}`)
    expect((await keys()).find(({ kid }) => kid === standby)).toEqual(next)
    const other = (await published()).find((k) => ![kidOf(first), standby].includes(k)) ?? ''
    expect((await keys()).find(({ kid }) => kid === other)).toMatchObject({ activates_at: null })

    server.clock.now = NOW + SETTLED - 1
    const last = await server.token(client)
    expect(kidOf(last)).toBe(kidOf(first))
    server.clock.now += 1
    const second = await server.token(client)
    expect(kidOf(second)).toBe(standby)
    const others = { [standby]: 'active', [other]: 'standby' }
    expect(await states()).toEqual({ [kidOf(first)]: 'retiring', ...others })
    expect([await isActive(last), await isActive(second)]).toEqual([true, true])
    expect(await published()).toContain(kidOf(first))
    server.clock.now += 2 * 43_200
    expect(await states()).toEqual({ [kidOf(first)]: 'gone', ...others })
    expect(await published()).not.toContain(kidOf(first))
  })

  it('lets a standby sign at once that has been published for as long', async () => {
    const { server, client } = await setUp()
    await server.token(client)
    server.clock.now += SETTLED
    const next = await server.adminOk('POST', '/signing-keys')
    expect(next).toMatchObject({ state: 'active', activates_at: '2026-11-23T10:05:00Z' })
    expect(kidOf(await server.token(client))).toBe(next['kid'])
  })

  it('waits for as many hours as are configured', async () => {
    const server = testServer({ now: NOW, signingKeyLeadHours: 1 })
    await server.adminOk('POST', '/signing-keys')
    const next = await server.adminOk('POST', '/signing-keys')
    expect(next).toMatchObject({ state: 'standby', activates_at: '2026-11-22T11:05:00Z' })
  })

  it('has exactly one active key at any time, however often and at once it is asked for', async () => {
    const { server, client, keys } = await setUp()
    await server.token(client)
    const asked = [1, 2, 3].map(() => server.adminOk('POST', '/signing-keys'))
    const promoted = (await Promise.all(asked)).map(({ kid }) => String(kid))
    for (let hour = 0; hour <= 60; hour += 10) {
      server.clock.now = NOW + hour * 3600
      const active = (await keys()).filter((key) => key['state'] === 'active')
      expect(active).toHaveLength(1)
      expect(kidOf(await server.token(client))).toBe(active[0]?.['kid'])
      // While one waits for its time, it is the answer; another is promoted when it signs.
      if (hour === 20 || hour === 30) {
        promoted.push(String((await server.adminOk('POST', '/signing-keys'))['kid']))
      }
    }
    const [first, , , , next] = promoted
    expect(promoted).toEqual([first, first, first, first, next])
    expect(next).not.toBe(first)
    expect(await keys()).toHaveLength(4)
  })
})

describe('revoking a signing key', () => {
  it('lets the standby sign at once where it was active, and ends its tokens', async () => {
    const { server, client, states, published, isActive } = await setUp()
    const token = await server.token(client)
    const before = await published()
    const response = await server.admin('DELETE', `/signing-keys/${kidOf(token)}`)
    expect([response.status, await response.text()]).toEqual([204, ''])
    expect(await isActive(token)).toBe(false)
    const next = await server.token(client)
    expect(before).toContain(kidOf(next))
    expect(await isActive(next)).toBe(true)
    const standby = (await published()).find((kid) => kid !== kidOf(next)) ?? ''
    const known = { [kidOf(token)]: 'revoked', [kidOf(next)]: 'active' }
    expect(await states()).toEqual({ ...known, [standby]: 'standby' })
    const { data } = await server.adminOk('GET', '/audit-events?limit=3')
    const target = (id: string) => ({ type: 'signing_key', id })
    expect(data.map((e: Json) => [e['action'], e['target']])).toEqual([
      ['signing_key.promoted', target(kidOf(next))],
      ['signing_key.revoked', target(kidOf(token))],
      ['signing_key.created', target(standby)],
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

  it('of the standby leaves the active one, and publishes another', async () => {
    const { server, client, states, published } = await setUp()
    const kid = kidOf(await server.token(client))
    const standby = (await published()).find((one) => one !== kid) ?? ''
    await server.adminOk('DELETE', `/signing-keys/${standby}`)
    server.clock.now += 3600
    expect(kidOf(await server.token(client))).toBe(kid)
    const other = (await published()).find((one) => one !== kid) ?? ''
    const known = { [kid]: 'active', [standby]: 'revoked' }
    expect(await states()).toEqual({ ...known, [other]: 'standby' })
  })

  it('of one that has its date leaves the active one, which goes on', async () => {
    const { server, client, states } = await setUp()
    const kid = kidOf(await server.token(client))
    const { kid: next } = await server.adminOk('POST', '/signing-keys')
    await server.adminOk('DELETE', `/signing-keys/${next}`)
    server.clock.now += SETTLED
    expect(kidOf(await server.token(client))).toBe(kid)
    expect(new Set(Object.values(await states()))).toEqual(
      new Set(['active', 'revoked', 'standby']),
    )
  })

  it('of a retiring key ends its tokens, and no others', async () => {
    const { server, client, isActive, keys } = await setUp()
    await server.token(client)
    server.clock.now += SETTLED
    const old = await server.token(client)
    await server.adminOk('POST', '/signing-keys')
    const [fresh, young] = [await server.token(client), await server.token(client)]
    await server.adminOk('DELETE', `/signing-keys/${kidOf(old)}`)
    const all = [old, fresh, young]
    expect(await Promise.all(all.map(isActive))).toEqual([false, true, true])
    expect(await keys()).toHaveLength(3)
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
  const first = '2026-11-22T10:00:00Z'
  const times = (await keys()).map((key) => key['created_at'])
  expect(times).toEqual(['2026-11-22T10:01:00Z', first, first])
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

it('lists those of security events among those of tokens, all newest first', async () => {
  const server = testServer({ now: NOW, securityEvents: true })
  await server.cron()
  server.clock.now += 60
  await server.adminOk('POST', '/signing-keys')
  server.clock.now += 60
  const list = async () => (await server.adminOk('GET', '/signing-keys'))['data'] as Json[]
  const events = (await list()).find(({ algorithm }) => algorithm === 'RS256')
  await server.adminOk('DELETE', `/signing-keys/${events?.['kid']}`)
  await server.cron()
  const made = (await list()).map((key) => `${key['algorithm']} ${key['created_at'].slice(11, 16)}`)
  expect(made).toEqual([
    'RS256 10:02',
    'ES256 10:01',
    'RS256 10:00',
    'RS256 10:00',
    'ES256 10:00',
    'ES256 10:00',
  ])
})
