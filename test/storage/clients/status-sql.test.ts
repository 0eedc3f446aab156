import type { ClientSort } from '../../../src/domain/clients.ts'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Client } from '../../../src/domain/client.ts'
import { STATUSES } from '../../../src/domain/status.ts'
import { DAY, type Seconds } from '../../../src/domain/time.ts'
import { aClient, aPublicKey, aSecret, NOW, RUNS, publishing } from '../../domain/arbitraries.ts'
import { API, type Json, type TestServer, testServer } from '../../support/server.ts'
import {
  BACKGROUND,
  commit,
  expectedIds,
  named,
  pagesOf,
  stored,
  type World,
  world,
} from '../listed-clients.ts'

const SORTS: ClientSort[] = ['name', '-created_at', 'expires_at', 'attention', 'last_used_at']
const FILTERS = [null, ...STATUSES]

/** Every filter and order of the list shows what the domain says of each client, each once. */
async function expectTrueLists(
  clients: Client[],
  { limit, q }: Pick<World, 'limit' | 'q'>,
  now: Seconds,
) {
  const counts = await stored.counts(now)
  for (const status of STATUSES) {
    const ids = expectedIds(clients, { status, q: null, sort: 'name' }, now)
    expect([status, counts[status]]).toEqual([status, ids.length])
  }
  for (const sort of SORTS) {
    for (const status of FILTERS) {
      const pages = await pagesOf({ status, q, sort, limit }, now)
      const expected = expectedIds(clients, { status, q, sort }, now)
      expect({ sort, status, ids: pages.flat() }).toEqual({ sort, status, ids: expected })
      expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true)
    }
  }
}

it('filters by what the domain says of each client and the clock, before the cron and after', async () => {
  await commit(BACKGROUND, NOW)
  let [run, last]: [number, Client[]] = [0, []]
  await fc.assert(
    fc.asyncProperty(world, async (any) => {
      const lives = named(any.clients, run++)
      const clients = lives.map(({ changed }) => changed)
      await commit(
        [
          ...last.map((before) => ({ kind: 'client', before, after: null }) as const),
          ...lives.map(({ made }) => ({ kind: 'client', before: null, after: made }) as const),
        ],
        NOW,
      )
      await commit(
        lives.map(
          ({ made, changed }) => ({ kind: 'client', before: made, after: changed }) as const,
        ),
        any.changedAt,
      )
      last = clients
      await expectTrueLists(clients, any, any.now)
      // In portions, as the cron does it; the list is true between two of them as well.
      expect(await stored.settle(any.now, 3)).toBeLessThanOrEqual(3)
      await expectTrueLists(clients, any, any.now)
      await stored.settle(any.now, 100)
      expect(await stored.settle(any.now, 100)).toBe(0)
      await expectTrueLists(clients, any, any.now)
    }),
    { ...RUNS, numRuns: 20 },
  )
})

it('turns in the very second in which the domain does', async () => {
  const now = NOW + 30 * DAY
  const turns = [0, 14 * DAY].flatMap((left) => [left - 1, left, left + 1])
  const secretLists = turns.flatMap((left) => {
    const expiring = aSecret({ expiresAt: now + left })
    const retiring = aSecret({ expiresAt: now + 20 * DAY, retiresAt: now + left })
    return [
      [expiring],
      [retiring],
      [expiring, aSecret({ secretId: 'other' })],
      [retiring, aSecret({ secretId: 'other', expiresAt: now })],
    ]
  })
  const keyLists = turns.flatMap((left) => {
    const expiring = aPublicKey({ expiresAt: now + left })
    return [[expiring], [expiring, aPublicKey({ keyId: 'other' })]]
  })
  const ended = aSecret({ expiresAt: now })
  const clients = [
    ...secretLists.map((secrets) => aClient({ secrets })),
    ...keyLists.flatMap((publicKeys) =>
      [[], [aSecret()], [ended]].map((secrets) => aClient({ secrets, publicKeys })),
    ),
    ...[[], ...secretLists].map((secrets, i) => aClient({ secrets, ...publishing(`jwks_${i}`) })),
  ]
  const lives = named(
    clients.map((client) => ({ made: client, changed: client })),
    0,
  )
  await commit(BACKGROUND, NOW)
  await commit(
    lives.map(({ made }) => ({ kind: 'client', before: null, after: made }) as const),
    NOW,
  )
  const made = lives.map((life) => life.made)
  await expectTrueLists(made, { limit: 100, q: null }, now)
  await stored.settle(now, 100)
  await expectTrueLists(made, { limit: 100, q: null }, now)
})

/** All pages of the list over HTTP, each with its cursor. */
async function listed(server: TestServer, query: string): Promise<Json[]> {
  const clients: Json[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const after: string = cursor && `&cursor=${encodeURIComponent(cursor)}`
    const page = await server.adminOk('GET', `/clients?limit=2&${query}${after}`)
    clients.push(...(page['data'] as Json[]))
    cursor = page['next_cursor'] as string | null
  }
  return clients
}

/** The names that each status filter gives, and that each client's own status is the one asked for. */
async function namesByStatus(server: TestServer): Promise<Record<string, string[]>> {
  const names: Record<string, string[]> = {}
  for (const status of STATUSES) {
    const clients = await listed(server, `status=${status}&sort=name`)
    expect(clients.filter((client) => client['status'] !== status)).toEqual([])
    names[status] = clients.map((client) => String(client['client_name']))
  }
  return names
}

function serverAt(now: Seconds): TestServer {
  const server = testServer()
  server.clock.now = now
  return server
}

it('shows over HTTP how clients change status by time alone, whether or not the cron runs', async () => {
  const server = serverAt(NOW)
  await server.api()
  const make = async (client_name: string, expires_on: string, permission = 'invoices:read') =>
    server.client({ [API]: permission }, { client_name, secret: { expires_on } })
  await make('short', '2027-01-20')
  await make('long', '2028-01-20')
  await make('middle', '2027-03-31')
  await server.suspend(await make('stopped', '2028-01-20'))
  const rotated = await make('rotated', '2027-01-20')
  await server.adminOk('POST', `/clients/${rotated.id}/secrets`, { retire_others_in: 3600 })
  const expected: [Seconds, Record<string, string[]>][] = [
    [NOW, { expired: [], needs_attention: ['short'], available: ['long', 'middle', 'rotated'] }],
    [
      NOW + 70 * DAY,
      { expired: ['short'], needs_attention: ['middle'], available: ['long', 'rotated'] },
    ],
    [
      NOW + 80 * DAY,
      { expired: ['middle', 'short'], needs_attention: ['rotated'], available: ['long'] },
    ],
  ]
  for (const [now, names] of expected) {
    server.clock.now = now
    expect(await namesByStatus(server)).toEqual({ suspended: ['stopped'], ...names })
  }
  await server.cron()
  expect(await namesByStatus(server)).toEqual({ suspended: ['stopped'], ...expected[2]?.[1] })
})

it('judges who holds a role anew when the role loses its last permission, or gains its first', async () => {
  const server = serverAt(NOW)
  await server.api()
  const permissions = [{ audience: API, permission: 'invoices:read' }]
  const role = await server.adminOk('POST', '/roles', { name: 'Reader', permissions })
  await server.client({}, { client_name: 'holder', roles: [role['role_id']] })
  const change = (list: object[]) =>
    server.adminOk('PATCH', `/roles/${String(role['role_id'])}`, { permissions: list })
  const none = { suspended: [], expired: [] }
  expect(await namesByStatus(server)).toEqual({
    ...none,
    needs_attention: [],
    available: ['holder'],
  })
  await change([])
  expect(await namesByStatus(server)).toEqual({
    ...none,
    needs_attention: ['holder'],
    available: [],
  })
  await server.cron()
  expect(await namesByStatus(server)).toEqual({
    ...none,
    needs_attention: ['holder'],
    available: [],
  })
  await change(permissions)
  expect(await namesByStatus(server)).toEqual({
    ...none,
    needs_attention: [],
    available: ['holder'],
  })
})
