import { env } from 'cloudflare:workers'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { readKeyRing } from '../../../src/crypto/key-ring.ts'
import { signedTexts } from '../../../src/crypto/seals.ts'
import { permissionListOf, shortListBody } from '../../../src/http/admin/shared/lists.ts'
import type { AppEnv } from '../../../src/web/app-env.ts'
import type { Json } from '../../support/server.ts'

const cursors = signedTexts(readKeyRing('COOKIE_KEY', env.COOKIE_KEY), 'cursor')
const LIST = ['things']

const thing = (id: string, second: number) => ({ id, created_at: `2026-11-22T12:00:0${second}Z` })
/** Two of them are of one second. */
const OLDEST_FIRST = [thing('a', 1), thing('b', 2), thing('c', 2), thing('d', 3)]
const NEWEST_FIRST = OLDEST_FIRST.toReversed()

async function page(data: typeof OLDEST_FIRST, query: Record<string, string> = {}): Promise<Json> {
  const app = new Hono<AppEnv>().get('/', async (c) => {
    c.set('deps', { cursors } as never)
    return c.json(await shortListBody(c, LIST, data, ({ id }) => id))
  })
  return (await app.request(`/?${new URLSearchParams(query).toString()}`)).json<Json>()
}

const idsIn = (body: Json) => (body['data'] as { id: string }[]).map(({ id }) => id).join('')

/** The ids behind a cursor that holds this position. */
const behind = async (data: typeof OLDEST_FIRST, position: [string, number]) =>
  idsIn(await page(data, { cursor: await cursors.write([LIST, position]) }))

describe('a short list', () => {
  it.each([OLDEST_FIRST, NEWEST_FIRST])('is walked page by page: %#', async (...data) => {
    for (const limit of [1, 2, 3, 4, 5]) {
      let walked = ''
      const query: Record<string, string> = { limit: String(limit) }
      for (let pages = 1; ; pages++) {
        const body = await page(data, query)
        walked += `${idsIn(body)} `
        if (body['next_cursor'] === null) break
        query['cursor'] = String(body['next_cursor'])
        expect(pages).toBeLessThan(5)
      }
      const ids = data.map(({ id }) => id).join('')
      expect(walked.trim()).toBe((ids.match(new RegExp(`.{1,${limit}}`, 'g')) ?? []).join(' '))
    }
  })

  it('goes on behind the last that was shown', async () => {
    const { next_cursor: cursor } = await page(OLDEST_FIRST, { limit: '2' })
    const position = ['2026-11-22T12:00:02Z b', 0]
    expect(await cursors.read(String(cursor))).toEqual([LIST, position])
    expect(await behind(OLDEST_FIRST, ['2026-11-22T12:00:02Z b', 0])).toBe('cd')
    expect(await behind(NEWEST_FIRST, ['2026-11-22T12:00:02Z b', 0])).toBe('a')
    expect(await behind(OLDEST_FIRST, ['2026-11-22T12:00:03Z d', 0])).toBe('')
  })

  it('goes on in the second of the last, where that is gone: none is left out', async () => {
    for (const [second, upwards, downwards] of [
      [0, 'abcd', ''],
      [1, 'abcd', 'a'],
      [2, 'bcd', 'cba'],
      [3, 'd', 'dcba'],
      [4, '', 'dcba'],
    ] as const) {
      const position: [string, number] = [`2026-11-22T12:00:0${second}Z x`, 0]
      expect([second, await behind(OLDEST_FIRST, position)]).toEqual([second, upwards])
      expect([second, await behind(NEWEST_FIRST, position)]).toEqual([second, downwards])
      expect(await behind([], position)).toBe('')
    }
  })

  it('goes on so, too, where the first of all are of one second', async () => {
    const [z, y] = [thing('z', 3), thing('y', 3)]
    const gone: [string, number] = ['2026-11-22T12:00:02Z x', 0]
    expect(await behind([z, y, thing('a', 1)], gone)).toBe('a')
    expect(await behind([thing('a', 1), thing('b', 1), z], gone)).toBe('z')
  })

  it('goes on at the place that a cursor of an earlier release says', async () => {
    expect(await behind(OLDEST_FIRST, ['', 1])).toBe('bcd')
    expect(await behind(OLDEST_FIRST, ['', 3])).toBe('d')
  })
})

it.each([
  [{}, ['apis']],
  [{ audience: 'a' }, ['apis', 'a', null]],
  [{ permission: 'p' }, ['apis', null, 'p']],
  [{ audience: 'a', permission: 'p' }, ['apis', 'a', 'p']],
])('a list of APIs that is filtered by %j is of its own', (filters, names) => {
  expect(permissionListOf('apis', { limit: 50, ...filters })).toEqual(names)
})
