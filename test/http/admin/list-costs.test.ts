import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { fillClients } from '../../support/many-clients.ts'
import { observedServer, planOf } from '../../support/observed-server.ts'
import { API, type Json, testServer } from '../../support/server.ts'

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
  'q=ee',
  ...SORTS.map((sort) => `q=needle&sort=${sort}`),
  'q=needle&status=expired',
  'q=no+such+text',
]

/** Rows read for a page, and for the one after it. */
async function costs(query: string): Promise<{ found: number; rows: number[]; texts: string[] }> {
  const { server, seen } = observedServer({ now: NOW })
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
      expect(found).toBe(/^q=(needle|ee)(&sort.*)?$/.test(query) ? 4 : 0)
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

describe('a search', () => {
  /** Page by page to the end: who was found, and what each page cost. */
  async function toTheEnd(query: string) {
    const { server, seen } = observedServer({ now: NOW })
    const found: string[] = []
    const rows: number[] = []
    let cursor = ''
    do {
      const before = seen.rows
      const page = await server.adminOk('GET', `/clients?${query}${cursor}`)
      rows.push(seen.rows - before)
      found.push(...page['data'].map((client: Json) => client['client_id']))
      cursor = page['next_cursor'] === null ? '' : `&cursor=${page['next_cursor']}`
    } while (cursor !== '')
    return { found, rows }
  }

  it('for punctuation, which the index does not know, reads a stretch of the list a page, and finds all by and by', async () => {
    await testServer({ now: NOW }).api(API, '')
    await fillClients(0, 11_000, NOW)
    const NEEDLES = ['client_7', 'client_5007', 'client_10007']
    for (const sort of SORTS) {
      const { found, rows } = await toTheEnd(`q=!!&sort=${sort}`)
      expect([sort, found.sort()]).toEqual([sort, [...NEEDLES].sort()])
      expect(rows.length).toBeGreaterThan(1)
      expect(Math.max(...rows)).toBeLessThan(35_000)
    }
    const expired = await toTheEnd('q=!!&sort=name&status=suspended')
    expect(expired.found.sort()).toEqual([...NEEDLES].sort())
  })

  it('for what very many have fills its page along the list, whatever it is asked to be sorted by', async () => {
    await testServer({ now: NOW }).api(API, '')
    await fillClients(0, 11_000, NOW)
    for (const query of ['q=hay', 'q=hay&sort=name', 'q=hay&status=expired&sort=expires_at']) {
      const { server, seen } = observedServer({ now: NOW })
      const page = await server.adminOk('GET', `/clients?limit=${PAGE}&${query}`)
      expect(page['data']).toHaveLength(PAGE)
      expect([query, seen.rows]).toEqual([query, expect.toSatisfy((n: number) => n < 10_000)])
    }
  })
})
