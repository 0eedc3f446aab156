import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { readKeyRing } from '../../../src/crypto/key-ring.ts'
import { signedTexts } from '../../../src/crypto/seals.ts'
import { API, ISSUER, type Json, type TestServer, testServer } from '../../support/server.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const DAY = 86_400

const cursors = signedTexts(readKeyRing('COOKIE_KEY', env.COOKIE_KEY), 'cursor')

const isoOf = (at: number) => new Date(at * 1000).toISOString().replace('.000', '')

/** Two clients, of which one administers the other, an administrator, and events of three days. */
async function setUp() {
  const server = testServer({ now: NOON })
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  const other = await server.client()
  const manager = await server.client({ [ISSUER]: 'clients:manage' })
  for (let day = 0; day < 3; day++) {
    server.clock.now = NOON + day * DAY
    for (const one of [client, other]) {
      await server.suspend(one)
      await server.resume(one)
    }
    const token = await server.token(manager)
    await server.admin('PUT', `/clients/${client.id}/suspension`, {}, token)
    await server.resume(client)
  }
  return { server, client, other, manager }
}

async function eventsOf(server: TestServer, query = ''): Promise<Json[]> {
  return (await server.adminOk('GET', `/audit-events?limit=100${query}`))['data']
}

async function walked(server: TestServer, query: string): Promise<Json[]> {
  const all: Json[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const more: string = cursor && `&cursor=${cursor}`
    const page = await server.adminOk('GET', `/audit-events?limit=2${query}${more}`)
    all.push(...page['data'])
    cursor = page['next_cursor']
  }
  return all
}

describe('audit events', () => {
  it('are filtered by who, what, whom and when in every combination, in both orders, page by page', async () => {
    const { server, client, manager } = await setUp()
    const all = await eventsOf(server)
    const [from, to] = [NOON + DAY, NOON + 2 * DAY]
    const filters: [query: string, fits: (event: Json) => boolean][] = [
      [`&client_id=${client.id}`, (e) => e['client_id'] === client.id],
      ['&action=client.suspended', (e) => e['action'] === 'client.suspended'],
      [`&actor=${manager.id}`, (e) => e['actor'].id === manager.id],
      [`&since=${isoOf(from)}`, (e) => e['at'] >= isoOf(from)],
      [`&until=${isoOf(to)}`, (e) => e['at'] < isoOf(to)],
    ]
    for (let mask = 0; mask < 2 ** filters.length; mask++) {
      const chosen = filters.filter((_, i) => mask & (1 << i))
      const query = chosen.map(([text]) => text).join('')
      const expected = all.filter((event) => chosen.every(([, fits]) => fits(event)))
      expect([query, expected.length]).toEqual([query, expect.toSatisfy((n) => n > 0)])
      expect([query, await eventsOf(server, query)]).toEqual([query, expected])
      expect([query, await walked(server, `${query}&order=asc`)]).toEqual([
        query,
        expected.toReversed(),
      ])
    }
    expect(await walked(server, filters[2]?.[0] ?? '')).toHaveLength(3)
  })

  it('take a date for the whole day in UTC, and a moment for itself', async () => {
    const { server } = await setUp()
    const daysOf = async (query: string) => [
      ...new Set((await eventsOf(server, query)).map(({ at }) => String(at).slice(0, 10))),
    ]
    expect(await daysOf('&since=2026-11-23&until=2026-11-23')).toEqual(['2026-11-23'])
    expect(await daysOf('&until=2026-11-23')).toEqual(['2026-11-23', '2026-11-22'])
    expect(await daysOf('&since=2026-11-23')).toEqual(['2026-11-24', '2026-11-23'])
    expect(await daysOf('&since=2026-11-25')).toEqual([])
    expect(await daysOf('&until=2026-11-21')).toEqual([])
    const moments = '&since=2026-11-23T13:00:00%2B01:00&until=2026-11-24T12:00:00Z'
    expect(await daysOf(moments)).toEqual(['2026-11-23'])
    expect(await daysOf('&since=2026-11-24T12:00:00.001Z')).toEqual([])
    expect(await daysOf('&since=2026-11-24T12:00:00.000Z')).toEqual(['2026-11-24'])
    const before = await eventsOf(server, '&until=2026-11-24T12:10:00Z')
    server.clock.now += 20 * 60
    await server.client()
    expect(await eventsOf(server, '&until=2026-11-24T12:10:00Z')).toEqual(before)
    expect(await eventsOf(server, '&since=2026-11-24T12:10:00Z')).toHaveLength(1)
  })

  it('know the bootstrap token and the server by name', async () => {
    const { server } = await setUp()
    await server.admin('POST', '/signing-keys', {})
    await server.cron()
    const byBootstrap = await eventsOf(server, '&actor=bootstrap')
    expect(new Set(byBootstrap.map(({ actor }) => actor.type))).toEqual(new Set(['bootstrap']))
    const bySystem = await eventsOf(server, '&actor=portcullis')
    expect(new Set(bySystem.map(({ actor }) => actor.type))).toEqual(new Set(['system']))
    expect(await eventsOf(server, '&actor=system')).toEqual(bySystem)
    expect(await eventsOf(server, '&actor=nobody')).toEqual([])
  })

  it('have cursors that fit their filters alone, and those of the release before', async () => {
    const { server, client } = await setUp()
    const first = `limit=2&client_id=${client.id}&actor=bootstrap&since=2026-11-22&order=asc`
    const { next_cursor: cursor } = await server.adminOk('GET', `/audit-events?${first}`)
    const status = async (query: string) =>
      (await server.admin('GET', `/audit-events?${query}&cursor=${cursor}`)).status
    expect(await status(first)).toBe(200)
    for (const [part, by] of [
      ['actor=bootstrap', 'actor=portcullis'],
      ['since=2026-11-22', 'since=2026-11-23'],
      ['since=2026-11-22', 'until=2026-11-24'],
      ['order=asc', 'order=desc'],
      [`client_id=${client.id}&`, ''],
    ] as const) {
      expect([part, by, await status(first.replace(part, by))]).toEqual([part, by, 400])
    }
    const list = '/audit-events?limit=1&action=client.resumed'
    const { data, next_cursor: next } = await server.adminOk('GET', list)
    const explicit = await server.adminOk('GET', `${list}&order=desc&cursor=${next}`)
    expect(explicit['data'][0].at <= data[0].at).toBe(true)
    expect(explicit).toEqual(await server.adminOk('GET', `${list}&cursor=${next}`))
    // An earlier release made its cursors so.
    const [marks] = (await cursors.read(String(next))) as unknown[]
    expect(marks).toEqual(['audit-events', null, 'client.resumed'])
  })

  it('are refused where a filter is wrong, with what is wrong', async () => {
    const { server } = await setUp()
    for (const [query, field] of [
      ['since=yesterday', 'since'],
      ['until=2026-02-30', 'until'],
      ['since=2026-02-30T12:00:00Z', 'since'],
      ['until=2026-11-23T24:00:00Z', 'until'],
      ['since=2026-11-23&until=2026-11-22', 'until'],
      ['since=2026-11-23T10:00:00Z&until=2026-11-23T10:00:00Z', 'until'],
      ['actor=', 'actor'],
      ['order=up', 'order'],
      ['target=x', 'target'],
    ] as const) {
      const response = await server.admin('GET', `/audit-events?${query}`)
      const { errors } = await response.json<Json>()
      expect([query, response.status, errors?.[0]?.field]).toEqual([query, 400, field])
    }
  })
})

describe('an event whose server had a wrong clock', () => {
  it('is found by the time that it says, and hides no other', async () => {
    const server = testServer({ now: NOON })
    const client = await server.client()
    const other = await server.client()
    const times = [0, 1, -400, 2, 300, 3, -2, 4].map((days) => NOON + days * DAY)
    for (const at of times) {
      server.clock.now = at
      await server.suspend(client)
      await server.resume(client)
    }
    server.clock.now = NOON + 5 * DAY
    await server.suspend(other)
    const all = (await eventsOf(server)).filter(({ action }) => action !== 'client.created')
    const days = [-401, -400, -399, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 299, 300, 301]
    for (const [i, from] of days.entries()) {
      for (const to of days.slice(i)) {
        const [since, until] = [isoOf(NOON + from * DAY), isoOf(NOON + to * DAY + 1)]
        const expected = all.filter(({ at }) => at >= since && at < until)
        const query = `&since=${since}&until=${until}`
        const found = await eventsOf(server, query)
        const some = found.filter(({ action }) => action !== 'client.created')
        expect([query, some.map((e) => e['event_id'])]).toEqual([
          query,
          expected.map((e) => e['event_id']),
        ])
      }
    }
  })
})
