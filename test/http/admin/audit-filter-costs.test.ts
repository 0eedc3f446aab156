import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { observedServer, planOf } from '../../support/observed-server.ts'
import type { Json } from '../../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10) / 1000
const EVENTS = 100_000
/** Seconds from one to the next: 399 days for all. */
const APART = 345
const PAGE = 50

/** Rows of a page: what is authorized, each event and its index, the names in them, and the edges of an hour. */
const MOST = 400

/** Events of 399 days; a tenth of all is of one client, a hundredth by one person, and ten are by another. */
async function fill(): Promise<void> {
  await env.DB.prepare(`INSERT INTO portcullis_audit_events (seq, event_id, at, action, actor_type,
    actor_id, client_id, target_type, target_id, request_id, seal)
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${EVENTS - 1})
    SELECT 1000 + i, 'many_' || i, ${NOW} - (${EVENTS} - i) * ${APART},
      CASE WHEN i % 7 = 0 THEN 'client.resumed' WHEN i % 25000 = 3 THEN 'role.deleted' ELSE 'client.suspended' END,
      'administrator', CASE WHEN i % 10000 = 5 THEN 'administrator_rare'
        WHEN i % 100 = 7 THEN 'administrator_some' ELSE 'administrator_most' END,
      'client_' || (CASE WHEN i % 10 = 5 THEN 'often' ELSE i % 1000 END), 'client', 'client_x', 'r', '1.x' FROM n`).run()
}

const FILTERS = [
  ['', 'client_id=client_often', 'client_id=client_777'],
  ['', 'action=client.resumed', 'action=role.deleted', 'action=api.deleted'],
  ['', 'actor=administrator_most', 'actor=administrator_some', 'actor=administrator_rare'],
  [
    '',
    'since=2025-12-24&until=2025-12-24',
    'since=2025-12-24T10:30:00Z&until=2025-12-24T11:00:00Z',
    'until=2025-12-24',
    'since=2026-11-20',
  ],
  ['', 'order=asc'],
]

const QUERIES = FILTERS.reduce<string[][]>(
  (all, choices) => all.flatMap((some) => choices.map((choice) => [...some, choice])),
  [[]],
).map((parts) => parts.filter(Boolean).join('&'))

/** A page and the one after it: how many events each has, and what it cost. */
async function pagesOf(query: string) {
  const { server, seen } = observedServer({ now: NOW })
  const pages: { found: number; rows: number; statements: number }[] = []
  let cursor = ''
  for (let page = 0; page < 2; page++) {
    const [rows, statements] = [seen.rows, seen.texts.length]
    const path = `/audit-events?limit=${PAGE}${query && `&${query}`}${cursor}`
    const body: Json = await server.adminOk('GET', path)
    const cost = { rows: seen.rows - rows, statements: seen.texts.length - statements }
    pages.push({ found: body['data'].length, ...cost })
    if (body['next_cursor'] === null) break
    cursor = `&cursor=${body['next_cursor']}`
  }
  return { pages, texts: seen.texts }
}

it('a page of events costs a page among 100,000, whatever they are filtered by', async () => {
  await fill()
  const expensive: unknown[] = []
  const texts = new Set<string>()
  const found: Record<string, number> = {}
  for (const query of QUERIES) {
    const { pages, texts: seen } = await pagesOf(query)
    for (const { rows, statements } of pages) {
      if (rows > MOST || statements > 2) expensive.push([query, rows, statements])
    }
    found[query] = pages.reduce((sum, page) => sum + page.found, 0)
    for (const text of seen) texts.add(text)
  }
  expect(expensive).toEqual([])
  expect(found).toMatchObject({
    '': 2 * PAGE,
    'actor=administrator_rare': 10,
    'client_id=client_often&actor=administrator_rare': 10,
    'action=role.deleted': 4,
    'action=api.deleted': 0,
    'since=2025-12-24T10:30:00Z&until=2025-12-24T11:00:00Z': 5,
    'actor=administrator_some&since=2025-12-24&until=2025-12-24': 3,
  })
  const steps = (await Promise.all([...texts].map(planOf))).flat()
  expect(steps.filter((step) => /TEMP B-TREE|^SCAN portcullis_\w+ USING/.test(step))).toEqual([])
  for (const index of ['actor', 'actor_action', 'client_actor', 'all']) {
    const name = `portcullis_audit_events_by_${index}`
    expect([name, steps.some((step) => new RegExp(`\\b${name}\\b`).test(step))]).toEqual([
      name,
      true,
    ])
  }
})
