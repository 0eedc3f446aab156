import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { signIn, signInAs, WEIGHT_MAX, weightOf } from '../support/console.ts'
import { faultyD1 } from '../doubles/faults.ts'
import { fillClients } from '../support/many-clients.ts'
import { API, type TestServer, testServer } from '../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000
const DAY = 86_400

/** The names in the list, in order. */
function namesIn(html: string): string[] {
  const rows = html
    .slice(html.indexOf('<tbody>'))
    .matchAll(/<a class="one name" href="[^"]+"><bdi>([^<]*)/g)
  return [...rows].map((match) => match[1] ?? '')
}

function nextIn(html: string): string | null {
  const path = /href="\/console([^"]+)" rel="next"/.exec(html)?.[1]
  return path === undefined ? null : path.replaceAll('&amp;', '&')
}

async function variety(server: TestServer): Promise<void> {
  await server.api()
  const make = (client_name: string, expires_on: string, description = '') =>
    server.client({ [API]: 'invoices:read' }, { client_name, description, secret: { expires_on } })
  await server.suspend(await make('stopped', '2028-01-01'))
  await make('fine', '2028-01-01', 'résumé')
  await make('later', '2026-12-03', 'RÉSUMÉ')
  await make('dead', '2026-11-22', 'résumé')
  await make('soon', '2026-12-01')
  await server.client({}, { client_name: 'powerless', secret: { expires_on: '2028-02-01' } })
  server.clock.now += DAY
}

describe('the list of clients', () => {
  it('begins with what needs a person, and says why in words', async () => {
    const server = testServer({ now: NOW })
    await variety(server)
    const { html } = await signIn(server)
    const page = await html('/clients')
    expect(namesIn(page)).toEqual(['dead', 'soon', 'later', 'powerless', 'fine', 'stopped'])
    expect(page).toMatch(/title="Secret [^"]+ expires in 8 days"[^]*?<bdi>expires in 8 days</)
    expect(page).toMatch(/<bdi>expired 10 hours ago</)
    expect(page).toContain('No permissions')
    expect(page).toMatch(/<span class="status expired"><i aria-hidden="true">●<\/i> Expired/)
  })

  it('has orders, a search and a filter by status, all in its address', async () => {
    const server = testServer({ now: NOW })
    await variety(server)
    const { html } = await signIn(server)
    const names = async (query: string) => namesIn(await html(`/clients?${query}`))
    expect(await names('sort=name')).toEqual([
      'dead',
      'fine',
      'later',
      'powerless',
      'soon',
      'stopped',
    ])
    expect((await names('sort=-created_at'))[0]).toBe('powerless')
    expect((await names('sort=expires_at')).slice(0, 2)).toEqual(['soon', 'later'])
    expect(await names('status=needs_attention')).toEqual(['soon', 'later', 'powerless'])
    expect(await names('q=+POWER+')).toEqual(['powerless'])
    expect(await names('q=r%C3%A9sum%C3%A9&status=needs_attention&sort=name')).toEqual(['later'])
    expect(await names('q=resume')).toEqual(['dead', 'later', 'fine'])
    const page = await html('/clients?q=e&status=available&sort=name')
    expect(page).toContain('aria-current="true">Available <b>')
    expect(page).toContain('href="/console/clients?status=expired&amp;q=e&amp;sort=name"')
    expect(page).toContain('name="q" type="search" value="e"')
    expect(page).toContain('<option value="name" selected="">')
  })

  it('counts each status as the rule has it, before the cron and after', async () => {
    const server = testServer({ now: NOW })
    await variety(server)
    const counts = async () =>
      [...(await (await signIn(server)).html('/clients')).matchAll(/<b>(\d+)<\/b>/g)].map((match) =>
        Number(match[1]),
      )
    expect(await counts()).toEqual([6, 1, 3, 1, 1])
    server.clock.now += 10 * DAY
    expect(await counts()).toEqual([6, 2, 2, 1, 1])
    await server.cron()
    expect(await counts()).toEqual([6, 2, 2, 1, 1])
  })

  it('goes on by a signed cursor, each client once', async () => {
    const server = testServer({ now: NOW })
    await fillClients(0, 120, NOW)
    const { get, html } = await signIn(server)
    for (const query of ['', '?sort=name', '?status=needs_attention', '?q=hay']) {
      const seen: string[] = []
      for (let path: string | null = `/clients${query}`; path; ) {
        const page: string = await html(path)
        seen.push(...namesIn(page))
        expect(page.includes('rel="prev"')).toBe(path.includes('cursor='))
        path = nextIn(page)
      }
      expect(new Set(seen).size).toBe(seen.length)
      expect(seen.length).toBeGreaterThanOrEqual(60 - 30)
    }
    const next = nextIn(await html('/clients')) ?? ''
    for (const path of [`${next.slice(0, -2)}xx`, `${next}&sort=name`, '/clients?cursor=']) {
      const page = await html(path)
      expect([path, page.includes('rel="prev"')]).toEqual([path, false])
    }
    expect((await get('/clients?status=gone')).status).toBe(400)
  })

  it('finds a client by a secret as pages show it, whole or its end alone', async () => {
    const server = testServer({ now: NOW })
    await variety(server)
    const { secret } = await server.client({}, { client_name: 'sought' })
    const visitor = await signIn(server)
    for (const shown of ['…', '...'].flatMap((dots) => [
      `${secret.slice(0, 9)}${dots}${secret.slice(-4)}`,
      `${dots}${secret.slice(-4)}`,
    ])) {
      const page = await visitor.html(`/clients?q=${encodeURIComponent(shown)}`)
      expect([shown, namesIn(page)]).toEqual([shown, ['sought']])
    }
    const other = encodeURIComponent(`pc_000000…${secret.slice(-4)}`)
    expect(namesIn(await visitor.html(`/clients?q=${other}`))).toEqual([])
  })

  it('has a space before each number, for who hears it', async () => {
    const server = testServer({ now: NOW })
    await variety(server)
    const page = await (await signIn(server)).html('/clients')
    expect(page).toMatch(/All <b>6<\/b>/)
    expect(page).toMatch(/Suspended <b>1<\/b>/)
  })

  it('says what to do where there is nothing', async () => {
    const server = testServer({ now: NOW })
    const { html } = await signIn(server)
    const first = await html('/clients')
    expect(first).toMatch(/Get started[^]*Create an API client/)
    expect(first).toContain('<a class="button primary" href="/console/apis/new">')
    await server.api()
    const second = await html('/clients')
    expect(second).toMatch(/Add your API[^]*Done[^]*Create an API client/)
    expect(second).toContain('<a class="button primary" href="/console/clients/new">')
    await server.client()
    const page = await html('/clients?q=%3Cnothing%3E')
    expect(page).toMatch(
      /No client has “<bdi>&lt;nothing&gt;<\/bdi>”[^]*href="\/console\/clients"[^>]*>Clear the search/,
    )
  })

  it('shows markup as text, cuts what is long, and nothing to press to who may only look', async () => {
    const server = testServer({ now: NOW })
    await server.api(API, 'a b c d e f')
    const description = `<img src=x onerror=alert(1)>${'long '.repeat(60)}`
    const client_name = '<script>alert(1)</script>שלום'
    await server.client({ [API]: 'a b c d e f' }, { client_name, description })
    const { administrator_id: id } = await server.adminOk('POST', '/administrators', {
      email: 'viewer@example.com',
      access: 'view',
    })
    const page = await (await signInAs(server, String(id))).html('/clients')
    expect(page).toContain('<bdi>&lt;script&gt;alert(1)&lt;/script&gt;שלום</bdi>')
    expect(page).not.toContain('<img src=x')
    expect(page).toContain(`<bdi>${API} · 6</bdi>`)
    expect(page).not.toContain('clients/new')
  })
})

describe('what a page of the list costs', () => {
  it('is four statements, five for a search, and rows by the page whatever the number of clients', async () => {
    await testServer({ now: NOW }).api(API, '')
    const read: Record<string, number[]> = {}
    for (const [from, to] of [
      [0, 1000],
      [1000, 20_000],
    ] as const) {
      await fillClients(from, to, NOW)
      for (const query of ['', '?status=expired', '?q=needle', '?q=nt']) {
        const { statements, rows, counting } = await costsOf(`/clients${query}`)
        expect([query, statements]).toEqual([query, query.startsWith('?q=') ? 5 : 4])
        read[query] = [...(read[query] ?? []), rows]
        expect(counting).toBeLessThanOrEqual(12)
      }
    }
    for (const [small = 0, large = 0] of Object.values(read)) {
      expect(large).toBeLessThanOrEqual(small * 1.5 + 100)
    }
  })

  it('is at most 15 KiB on its way with the style sheet', async () => {
    const server = testServer({ now: NOW })
    await server.api(API, 'invoices:read invoices:write refunds:create customers:read')
    for (let n = 0; n < 50; n++) {
      const fields = { client_name: `Client of partner ${n * 7919}`, description: `Team ${n * 31}` }
      await server.client({ [API]: 'invoices:read refunds:create' }, fields)
    }
    const page = await (await signIn(server)).html('/clients')
    expect(namesIn(page)).toHaveLength(50)
    expect(await weightOf(server, page)).toBeLessThanOrEqual(WEIGHT_MAX)
  })
})

/** The number of statements for one page, and of the rows that the list and the counts read. */
async function costsOf(path: string) {
  const seen: [text: string, rows: number][] = []
  const database = faultyD1(
    env.DB,
    () => null,
    (texts, answer) => {
      const results = (Array.isArray(answer) ? answer : [answer]) as Partial<D1Result>[]
      texts.forEach((text, i) => seen.push([text, results[i]?.meta?.rows_read ?? 0]))
    },
  )
  const server = testServer({ now: NOW, env: { DB: database } })
  const id = `admin_${seen.length}`
  await env.DB.prepare(
    `INSERT OR IGNORE INTO portcullis_administrators
     (administrator_id, email, access, created_at, updated_at, version)
     VALUES (?1, 'a@example.com', 'manage', 0, 0, 1)`,
  )
    .bind(id)
    .run()
  const visitor = await signInAs(server, id)
  seen.length = 0
  await visitor.html(path)
  const of = (mark: string) => seen.find(([text]) => text.includes(mark))?.[1] ?? NaN
  return { statements: seen.length, rows: of('WITH page'), counting: of('GROUP BY status') }
}
