import { describe, expect, it } from 'vitest'
import { API, ISSUER, type Json, type TestServer, testServer } from '../../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000

async function named(server: TestServer, ...names: string[]) {
  for (const client_name of names) await server.client({}, { client_name })
}

async function list(server: TestServer, query: Record<string, string> = {}): Promise<Json> {
  return server.adminOk('GET', `/clients?${new URLSearchParams(query).toString()}`)
}

async function namesIn(server: TestServer, query: Record<string, string> = {}) {
  return (await list(server, query))['data'].map((c: Json) => c['client_name']) as string[]
}

/** Every page, one after the other. */
async function walk(server: TestServer, path: string): Promise<Json[]> {
  const all: Json[] = []
  for (let cursor = ''; ; ) {
    const page = await server.adminOk('GET', path + (cursor && `&cursor=${cursor}`))
    all.push(...page['data'])
    if (page['next_cursor'] === null) return all
    cursor = page['next_cursor']
  }
}

describe('status', () => {
  it('is judged by the clock, whether or not a cron has run', async () => {
    const server = testServer({ now: NOW })
    await server.api()
    const make = (client_name: string, expires_on: string) =>
      server.client({ [API]: 'invoices:read' }, { client_name, secret: { expires_on } })
    await make('soon', '2026-11-23')
    await make('later', '2026-12-20')
    await make('far', '2028-01-01')
    await server.suspend(await make('stopped', '2028-01-01'))
    await server.client({}, { client_name: 'powerless' })
    const expected: [number, Record<string, string[]>][] = [
      [0, { available: ['far', 'later'], needs_attention: ['powerless', 'soon'], expired: [] }],
      [3, { available: ['far', 'later'], needs_attention: ['powerless'], expired: ['soon'] }],
      [20, { available: ['far'], needs_attention: ['later', 'powerless'], expired: ['soon'] }],
      [40, { available: ['far'], needs_attention: ['powerless'], expired: ['later', 'soon'] }],
    ]
    for (const [days, lists] of expected) {
      server.clock.now = NOW + days * 86_400
      for (const [status, names] of Object.entries({ ...lists, suspended: ['stopped'] })) {
        const body = await list(server, { status, sort: 'name' })
        expect([days, status, body['data'].map((c: Json) => c['client_name'])]).toEqual([
          days,
          status,
          names,
        ])
        for (const client of body['data']) expect(client['status']).toBe(status)
      }
      if (days === 20) await server.cron()
    }
  })
})

describe('sort', () => {
  it('puts the newest first, also of those made in the same second', async () => {
    const server = testServer({ now: NOW })
    await named(server, 'one', 'two', 'three')
    expect(await namesIn(server)).toEqual(['three', 'two', 'one'])
    expect(await namesIn(server, { sort: '-created_at' })).toEqual(['three', 'two', 'one'])
    server.clock.now += 1
    await named(server, 'four')
    expect(await namesIn(server)).toEqual(['four', 'three', 'two', 'one'])
  })

  it('by name takes no account of case', async () => {
    const server = testServer()
    await named(server, 'beta', 'Alpha', 'alpha', 'Gamma', 'ÉCOLE', 'école')
    expect(await namesIn(server, { sort: 'name' })).toEqual([
      'Alpha',
      'alpha',
      'beta',
      'Gamma',
      'ÉCOLE',
      'école',
    ])
  })

  it('by expiry goes by the soonest live secret, those without one last', async () => {
    const server = testServer({ now: NOW })
    const make = (client_name: string, expires_on: string) =>
      server.client({}, { client_name, secret: { expires_on } })
    await make('dead', '2026-11-22')
    const two = await make('two', '2027-05-01')
    await make('middle', '2027-03-01')
    await make('late', '2027-06-01')
    const path = `/clients/${two.id}/secrets`
    await server.adminOk('POST', path, { expires_on: '2027-02-01' })
    server.clock.now += 86_400
    const sort = 'expires_at'
    expect(await namesIn(server, { sort })).toEqual(['two', 'middle', 'late', 'dead'])
    await server.adminOk('POST', path, { expires_on: '2027-04-01', retire_others_in: 0 })
    expect(await namesIn(server, { sort })).toEqual(['middle', 'two', 'late', 'dead'])
  })
})

describe('pages', () => {
  it.each([
    '',
    '&sort=name',
    '&sort=-created_at',
    '&sort=expires_at',
    '&q=client',
    '&q=x',
    '&status=needs_attention',
    '&status=needs_attention&sort=expires_at&q=same',
  ])('are walked without repetition or omission: %s', async (query) => {
    const server = testServer({ now: NOW })
    for (let n = 0; n < 11; n++)
      await server.client({}, { client_name: n % 3 ? 'same x' : 'Same X' })
    for (const limit of [1, 4, 11]) {
      const all = await walk(server, `/clients?limit=${limit}${query}`)
      expect(new Set(all.map((c) => c['client_id'])).size).toBe(11)
      expect(all).toHaveLength(11)
    }
  })

  it('hold 50 where nothing is said, and neither repeat nor lose one when another is made', async () => {
    const server = testServer({ now: NOW })
    for (let n = 0; n < 52; n++) await server.client({}, { client_name: `n${n}` })
    const first = await list(server)
    expect(first['data']).toHaveLength(50)
    await server.client({}, { client_name: 'newer' })
    const second = await list(server, { cursor: first['next_cursor'] })
    expect(second['data'].map((c: Json) => c['client_name'])).toEqual(['n1', 'n0'])
    expect(second['next_cursor']).toBeNull()
  })
})

describe('what is refused', () => {
  it.each([
    'limit=0',
    'limit=101',
    'limit=-1',
    'limit=1.5',
    'limit=',
    'limit=ten',
    'limit=1e1',
    'status=gone',
    'status=',
    'sort=created_at',
    'sort=',
    'unknown=1',
    'constructor=1',
    'q=a&q=b',
    'limit=1&limit=1',
    'cursor=',
    'cursor=abc',
    'cursor=abc.def',
    `q=${'a'.repeat(2000)}`,
  ])('%s is 400 and named', async (query) => {
    const response = await testServer().admin('GET', `/clients?${query}`)
    expect(response.status).toBe(400)
    const { errors } = await response.json<Json>()
    expect(errors).toMatchObject([{ field: query.split('=')[0] }])
  })

  it('is a cursor that was changed, or made for another list, filter or sort', async () => {
    const server = testServer()
    await named(server, 'one', 'two', 'three')
    const cursor = (await list(server, { limit: '1' }))['next_cursor'] as string
    const changed = (cursor[5] === 'A' ? 'B' : 'A') + cursor.slice(6)
    const wrong = [
      `/clients?cursor=${cursor.slice(0, 5)}${changed}`,
      `/clients?cursor=${cursor.slice(0, -1)}`,
      `/clients?cursor=${cursor}&sort=name`,
      `/clients?cursor=${cursor}&q=o`,
      `/clients?cursor=${cursor}&status=needs_attention`,
      `/roles?cursor=${cursor}`,
      `/apis?cursor=${cursor}`,
      `/audit-events?cursor=${cursor}`,
    ]
    for (const path of wrong) {
      const response = await server.admin('GET', path)
      expect([path, response.status]).toEqual([path, 400])
      expect((await response.json<Json>())['errors']).toMatchObject([{ field: 'cursor' }])
    }
    expect((await server.admin('GET', `/clients?cursor=${cursor}&limit=2`)).status).toBe(200)
    const foreign = testServer({ env: { COOKIE_KEY: '1:another-key-of-the-tests-0123456789abc' } })
    expect((await foreign.admin('GET', `/clients?cursor=${cursor}`)).status).toBe(400)
  })
})

it('shows each client as it is shown alone', async () => {
  const server = testServer()
  await server.api()
  const client = await server.client({ [API]: 'invoices:read', [ISSUER]: 'clients:read' })
  const [listed] = (await list(server))['data']
  expect(listed).toEqual(await server.adminOk('GET', `/clients/${client.id}`))
})
