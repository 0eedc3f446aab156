import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { openDatabase } from '../../../src/storage/database.ts'
import { d1TokenCounts } from '../../../src/storage/upkeep/token-counts.ts'
import { watchedDatabase } from '../../support/counting.ts'
import { importedClient } from '../../support/imports.ts'
import { testServer } from '../../support/server.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const DAY = 86_400
const TODAY = Math.floor(NOON / DAY)

const rows = async () =>
  (
    await env.DB.prepare(
      `SELECT day - ${TODAY} AS day, client_id, outcome, count FROM portcullis_token_counts
       ORDER BY day, client_id, outcome`,
    ).raw()
  ).map((row) => row.join(' '))

function isolate(watch: (sql: string) => Promise<void> | void = () => {}) {
  const statements: string[] = []
  const db = watchedDatabase(env.DB, (sql) => {
    statements.push(sql)
    return watch(sql)
  })
  return { counts: d1TokenCounts(openDatabase(db)), statements }
}

it('adds what isolates counted, by day, client and outcome, in one statement each', async () => {
  const { id } = await testServer().client()
  const [one, other] = [isolate(), isolate()]
  for (const { counts } of [one, one, other]) counts.count(id, 'issued', NOON)
  one.counts.count(id, 'suspended', NOON + DAY)
  other.counts.count('nobody', 'wrong_secret', NOON)
  other.counts.count('no other', 'wrong_secret', NOON)
  await one.counts.flush(NOON)
  await other.counts.flush(NOON)
  expect([one.statements.length, other.statements.length]).toEqual([1, 1])
  expect(await rows()).toEqual([
    '0  wrong_secret 2',
    '0 * issued 3',
    '0 * wrong_secret 2',
    `0 ${id} issued 3`,
    '1 * suspended 1',
    `1 ${id} suspended 1`,
  ])
})

it('writes once a minute, and nothing where nothing was counted', async () => {
  const { counts, statements } = isolate()
  expect(counts.isDue(NOON)).toBe(false)
  for (const second of [0, 1, 59, 60, 61, 119, 120]) {
    counts.count('*', 'issued', NOON + second)
    await counts.flush(NOON + second)
  }
  expect(statements.length).toBe(3)
  await counts.flush(NOON + 300)
  expect(statements.length).toBe(3)
  expect(await rows()).toEqual(['0  issued 7', '0 * issued 7'])
})

it('counts a client by its id however long that may be, and takes none longer into memory', async () => {
  const server = testServer()
  await server.api()
  const longest = 'x'.repeat(128)
  await importedClient(server, { client_id: longest })
  const { counts } = isolate()
  for (const id of [longest, `${longest}y`]) counts.count(id, 'suspended', NOON)
  await counts.flush(NOON)
  expect(await rows()).toEqual(['0  suspended 1', '0 * suspended 2', `0 ${longest} suspended 1`])
})

it('keeps no more than so many rows in memory, and leaves room for known callers', async () => {
  const { id } = await testServer().client()
  const { counts } = isolate()
  for (let i = 0; i < 5000; i++) counts.count(`nobody-${i}`, 'wrong_secret', NOON)
  counts.count('x'.repeat(100_000), 'wrong_secret', NOON)
  counts.count(id, 'issued', NOON)
  await counts.flush(NOON)
  expect(await rows()).toEqual([
    '0  wrong_secret 5001',
    '0 * issued 1',
    '0 * wrong_secret 5001',
    `0 ${id} issued 1`,
  ])
})

it('does not count twice what may have been written', async () => {
  let broken = true
  const { counts } = isolate(() => {
    if (broken) throw new Error('D1_ERROR: Network connection lost')
  })
  counts.count('x', 'issued', NOON)
  await expect(counts.flush(NOON)).rejects.toThrow('d1 is out of reach')
  broken = false
  await counts.flush(NOON + 60)
  expect(await rows()).toEqual([])
})

it('tells of the last 30 days, and drops what is older than 35', async () => {
  const { counts } = isolate()
  for (const ago of [0, 29, 30, 34, 35, 36]) {
    await env.DB.prepare("INSERT INTO portcullis_token_counts VALUES (?, '*', 'issued', ?)")
      .bind(TODAY - ago, ago + 1)
      .run()
  }
  const shown = await counts.ofLastDays(null, NOON)
  expect(shown.map(({ day, count }) => [day - TODAY, count])).toEqual([
    [-29, 30],
    [0, 1],
  ])
  await counts.forget(NOON, 1)
  expect((await rows()).length).toBe(5)
  await counts.forget(NOON, 500)
  expect(await rows()).toEqual([
    '-34 * issued 35',
    '-30 * issued 31',
    '-29 * issued 30',
    '0 * issued 1',
  ])
})
