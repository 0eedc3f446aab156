import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { faultyD1 } from '../../doubles/faults.ts'
import { fillClients } from '../../support/many-clients.ts'
import { API, testServer } from '../../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000
const PAGE = 50

const SORTS = ['name', '-created_at', 'expires_at']
const STATUSES = ['suspended', 'expired', 'needs_attention', 'available']

const QUERIES = [
  '',
  ...SORTS.map((sort) => `sort=${sort}`),
  ...STATUSES.flatMap((status) => SORTS.map((sort) => `status=${status}&sort=${sort}`)),
]
const SEARCHES = [
  'q=needle',
  ...SORTS.map((sort) => `q=needle&sort=${sort}`),
  'q=needle&status=expired',
  'q=no+such+text',
]

/** A server whose database counts what it reads, and keeps the statements. */
function observed() {
  const seen = { rows: 0, texts: [] as string[] }
  const database = faultyD1(
    env.DB,
    () => null,
    (texts, answer) => {
      const results = (Array.isArray(answer) ? answer : [answer]) as Partial<D1Result>[]
      seen.rows += results.reduce((sum, result) => sum + (result.meta?.rows_read ?? 0), 0)
      seen.texts.push(...texts)
    },
  )
  return { server: testServer({ now: NOW, env: { DB: database } }), seen }
}

/** Rows read for a page, and for the one after it. */
async function costs(query: string): Promise<{ found: number; rows: number[]; texts: string[] }> {
  const { server, seen } = observed()
  const path = `/clients?limit=${PAGE}${query && `&${query}`}`
  const first = await server.adminOk('GET', path)
  const rows = [seen.rows]
  if (first['next_cursor'] !== null) {
    await server.adminOk('GET', `${path}&cursor=${first['next_cursor']}`)
    rows.push(seen.rows - (rows[0] ?? 0))
  }
  return { found: first['data'].length, rows, texts: seen.texts }
}

describe('a page of the list of clients', () => {
  it('costs about the same among 20,000 clients as among 1,000', async () => {
    await testServer({ now: NOW }).api(API, '')
    await fillClients(0, 1000, NOW)
    const small = new Map<string, number[]>()
    for (const query of [...QUERIES, ...SEARCHES]) small.set(query, (await costs(query)).rows)
    await fillClients(1000, 20_000, NOW)
    const count = await env.DB.prepare('SELECT count(*) AS n FROM portcullis_clients').first('n')
    expect(count).toBe(20_000)
    const expensive: [string, number[], number[]][] = []
    for (const query of QUERIES) {
      const { found, rows } = await costs(query)
      expect([query, found, rows.length]).toEqual([query, PAGE, 2])
      const before = small.get(query) ?? []
      const isCheap = rows.every(
        (read, page) => read > 0 && read <= (before[page] ?? 0) * 1.5 + PAGE,
      )
      if (!isCheap) expensive.push([query, before, rows])
    }
    for (const query of SEARCHES) {
      const { found, rows } = await costs(query)
      expect(found).toBe(query === 'q=needle' || query.includes('sort') ? 4 : 0)
      if (Math.max(...rows) > 30 * PAGE) expensive.push([query, small.get(query) ?? [], rows])
    }
    expect(expensive).toEqual([])
  })

  it('is found by an index that is entered at the filter, not by walking all in order', async () => {
    await testServer({ now: NOW }).api(API, '')
    await fillClients(0, 2000, NOW)
    const walks: string[] = []
    for (const query of [...QUERIES, ...SEARCHES]) {
      const ordered = !/status=|q=/.test(query)
      for (const text of (await costs(query)).texts.filter((t) => t.includes('WITH page'))) {
        const scans = (await planOf(text)).filter((step) =>
          /^SCAN (c|portcullis_clients)\b/.test(step),
        )
        // Unfiltered, the page is the beginning of an index: walked, and left when it is full.
        const whole = ordered ? scans.filter((step) => !step.includes('USING')) : scans
        walks.push(...whole.map((step) => `${query}: ${step}`))
      }
    }
    expect([...new Set(walks)]).toEqual([])
  })
})

async function planOf(text: string): Promise<string[]> {
  const blanks = Array.from({ length: text.match(/\?/g)?.length ?? 0 }, () => 1)
  const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${text}`)
    .bind(...blanks)
    .all<{ detail: string }>()
  return plan.results.map((row) => row.detail)
}
