import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { fillClients } from '../../support/many-clients.ts'
import { observedServer, planOf } from '../../support/observed-server.ts'
import { API, type Json, testServer } from '../../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000
const DAY = 86_400
const PAGE = 50

/** How many rows a page may read at most: 5,000 candidates with what each is judged by. */
const MOST = 45_000

const FEW = [
  'q=3hEUSb',
  'tag=rare',
  'tag=rare&sort=name',
  'role_id=role_few',
  'key=3hEUSbQzk1Wd',
  'q=3hEUSbQzk1Wd',
]
const MANY = [
  'tag=all',
  'tag=quarter',
  'tag=all&status=suspended&sort=name',
  'role_id=role_all',
  'key=abcd',
  'permission=tokens:introspect',
  `audience=${API}`,
  `audience=${API}&permission=tokens:introspect`,
  'unused_since=2026-11-20',
  'unused_since=2026-11-20&sort=last_used_at',
  'sort=last_used_at',
  'sort=last_used_at&status=expired',
  'tag=quarter&sort=last_used_at&q=hay',
  'q=hay+client',
]
const NONE = ['tag=none', 'role_id=none', 'permission=none', 'audience=none']

/** Tags, roles and days of use, as rare or as common as each query above says. */
async function spread(): Promise<void> {
  await env.DB.batch([
    env.DB.prepare(`UPDATE portcullis_clients SET tags = CASE WHEN id % 4000 = 7 THEN '["all","rare"]'
      WHEN id % 4 = 0 THEN '["all","quarter"]' ELSE '["all"]' END`),
    env.DB.prepare(
      `UPDATE portcullis_secrets SET last_used_at = ?1 - (id % 9) * ${DAY} WHERE id % 3 > 0`,
    ).bind(NOW),
    env.DB.prepare("UPDATE portcullis_secrets SET key_id = '3hEUSbQzk1Wd' WHERE id = 77"),
    env.DB.prepare(`INSERT INTO portcullis_roles (role_id, name, name_key, description, created_at,
      updated_at, version) VALUES ('role_all', 'a', 'a', '', 0, 0, 1), ('role_few', 'b', 'b', '', 0, 0, 1)`),
    env.DB.prepare(`INSERT INTO portcullis_client_roles (client_id, role_id)
      SELECT client_id, 'role_all' FROM portcullis_clients
      UNION ALL SELECT client_id, 'role_few' FROM portcullis_clients WHERE id % 4000 = 7`),
  ])
}

/** A page, and the one after it: how many it has, and what it cost. */
async function pagesOf(query: string) {
  const { server, seen } = observedServer({ now: NOW })
  const pages: { found: number; rows: number; statements: number }[] = []
  let cursor = ''
  for (let page = 0; page < 2; page++) {
    const [rows, statements] = [seen.rows, seen.texts.length]
    const body: Json = await server.adminOk('GET', `/clients?limit=${PAGE}&${query}${cursor}`)
    const cost = { rows: seen.rows - rows, statements: seen.texts.length - statements }
    pages.push({ found: body['data'].length, ...cost })
    if (body['next_cursor'] === null) break
    cursor = `&cursor=${body['next_cursor']}`
  }
  return { pages, texts: seen.texts }
}

it('a filter reads a bounded number of rows in three statements, by indexes, however many have it', async () => {
  await testServer({ now: NOW }).api(API, 'invoices:read')
  await fillClients(0, 22_000, NOW)
  await spread()
  const walked: string[] = []
  for (const query of [...FEW, ...MANY, ...NONE]) {
    const { pages, texts } = await pagesOf(query)
    const found = pages.map((page) => page.found)
    if (FEW.includes(query))
      expect([query, found]).toEqual([query, [expect.toSatisfy((n) => n > 0 && n < 7)]])
    // A page may be empty: those that are too young to be called unused come first.
    if (MANY.includes(query)) expect([query, found.at(-1)]).toEqual([query, PAGE])
    if (NONE.includes(query)) expect([query, found]).toEqual([query, [0]])
    const most = MANY.includes(query) ? MOST : 2000
    for (const { rows, statements } of pages) {
      expect([query, rows, statements]).toEqual([
        query,
        expect.toSatisfy((n) => n < most),
        expect.toSatisfy((n) => n <= 3),
      ])
    }
    for (const text of texts) {
      const steps = (await planOf(text)).filter((step) =>
        /^SCAN (c|s|cr|cp|portcullis_\w+)\b/.test(step),
      )
      walked.push(
        ...steps.filter((step) => !step.includes('USING')).map((step) => `${query}: ${step}`),
      )
    }
  }
  expect([...new Set(walked)]).toEqual([])
})
