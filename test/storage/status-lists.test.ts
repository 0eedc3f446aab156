import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { openDatabase } from '../../src/storage/database.ts'
import { d1StatusLists } from '../../src/storage/status/status-lists.ts'

const lists = () => d1StatusLists(openDatabase(env.DB))

async function made(clients: number): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO portcullis_clients (client_id, name, name_key, description, search_text, created_at,
      created_by, updated_at, version, generation, denylist_version, access_token_lifetime)
    SELECT 'client_' || n, '', '', '', '', 0, 'bootstrap', 0, 1, 0, 0, 300
    FROM (WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?) SELECT n FROM c)`,
  )
    .bind(clients)
    .run()
}

/** The lowest and the highest id of the clients with a place, and how many they are. */
const placed = () =>
  env.DB.prepare(
    `SELECT min(id) AS low, max(id) AS high, count(*) AS n FROM portcullis_clients
    WHERE status_list IS NOT NULL`,
  ).first()

const given = (count: number) =>
  env.DB.prepare('UPDATE portcullis_status_lists SET given = ?').bind(count).run()

it('the newest clients get places at once, however many there are', async () => {
  await made(4003)
  await lists().placeNewest('newest')
  expect(await placed()).toEqual({ low: 4, high: 4003, n: 4000 })
  expect(await lists().place(0, 'first')).toBe(4000)
  expect(await placed()).toEqual({ low: 1, high: 4003, n: 4003 })
  expect((await lists().clientsOf('first'))?.length).toBe(3)
})

it('nothing is made for the newest where each has a place, or where there are none', async () => {
  await lists().placeNewest('none')
  await lists().open('open')
  await made(2)
  await lists().placeNewest('needless')
  expect(await lists().ids()).toEqual(['open'])
})

it('a list that is opened says whether any other had a place left', async () => {
  const opened = []
  for (const [count, id] of [
    [0, 'first'],
    [2047, 'too early'],
    [2048, 'half'],
    [4095, 'nearly full'],
    [4096, 'full'],
  ] as const) {
    await given(count)
    opened.push([id, await lists().open(id)])
  }
  expect(opened).toEqual([
    ['first', true],
    ['too early', false],
    ['half', false],
    ['nearly full', false],
    ['full', true],
  ])
  expect(await lists().ids()).toEqual(['first', 'half', 'nearly full', 'full'])
})
