import { env } from 'cloudflare:workers'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Client } from '../../../src/domain/client.ts'
import { searchable } from '../../../src/domain/text.ts'
import { aClient, NOW, RUNS } from '../../domain/arbitraries.ts'
import { API, type Json, testServer } from '../../support/server.ts'
import { commit, expectedIds, pagesOf } from '../listed-clients.ts'

const count = async (table: string) =>
  (await env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>('n')) ?? 0

/** How much is filed: words of clients, and parts of words. */
const filed = async () => [
  await count('portcullis_search_words'),
  await count('portcullis_search_parts'),
]

const found = async (q: string) => {
  const query = { status: null, q, sort: 'name', limit: 100 } as const
  return (await pagesOf(query, NOW)).flat()
}

describe('the index of the search', () => {
  // Few letters, so that there are many chance matches; texts without spaces, and everything that
  // separates words.
  const piece = fc.constantFrom('a', 'b', 'aab', 'ba', 'É', 'ß', '請', '求書', '👩‍🔧', '\u{10ffff}')
  const mark = fc.constantFrom(' ', '\n', '-', '_', '. ', '\u3000', '\u00a0', '%')
  const word = fc.array(piece, { minLength: 1, maxLength: 14 }).map((pieces) => pieces.join(''))
  const text = fc
    .array(fc.tuple(word, mark), { minLength: 1, maxLength: 4 })
    .map((words) => words.flat().join(''))
  const client = fc.record({ name: text, description: text })
  const cutOut = fc.record({
    of: fc.nat(5),
    at: fc.nat(60),
    length: fc.integer({ min: 1, max: 30 }),
  })

  it('finds whatever has the text in it, and nothing else, when clients come, change and go', async () => {
    let [run, last]: [number, Client[]] = [0, []]
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(client, client), { minLength: 1, maxLength: 6 }),
        fc.array(cutOut, { minLength: 4, maxLength: 4 }),
        async (lives, cuts) => {
          const id = `client_${run++}`
          const [made, changed] = [0, 1].map((at) =>
            lives.map((life, i) => aClient({ ...life[at], clientId: `${id}_${i}`, secrets: [] })),
          ) as [Client[], Client[]]
          await commit(
            [
              ...last.map((before) => ({ kind: 'client', before, after: null }) as const),
              ...made.map((after) => ({ kind: 'client', before: null, after }) as const),
            ],
            NOW,
          )
          const updates = changed.map((after, i) => ({
            kind: 'client' as const,
            before: made[i] ?? null,
            after,
          }))
          await commit(updates, NOW)
          last = changed
          for (const { of, at, length } of cuts) {
            const { name, description } = changed[of % changed.length] ?? aClient()
            const q = [...searchable(`${name} ${description}`)].slice(at, at + length).join('')
            if (q === '' || q.includes('\n')) continue
            const expected = expectedIds(changed, { status: null, q, sort: 'name' }, NOW)
            expect([q, (await found(q)).sort()]).toEqual([q, expected.sort()])
          }
        },
      ),
      { ...RUNS, numRuns: 25 },
    )
  })

  it('keeps nothing of who is gone, nor of a name that was, and all that others share with them', async () => {
    const server = testServer()
    await server.client({}, { client_name: 'Nightly billing' })
    const before = await filed()
    const other = await server.client(
      {},
      { client_name: 'Nightly 請求書', description: 'x'.repeat(40) },
    )
    await server.adminOk('PATCH', `/clients/${other.id}`, { client_name: 'Nightly Мост' })
    const words = await env.DB.prepare('SELECT word FROM portcullis_search_words').all<Json>()
    expect(words.results.map(({ word }) => word)).toContain('мост')
    expect(words.results.filter(({ word }) => /[請求書]/.test(word))).toEqual([])
    await server.adminOk('DELETE', `/clients/${other.id}`)
    expect(await filed()).toEqual(before)
    expect(await found('ightl')).toHaveLength(1)
  })

  it('writes a row for each word, and few for what is known', async () => {
    await testServer().api(API, '')
    const written = async (fields: Json) => {
      const before = await filed()
      await testServer().client({}, fields)
      const after = await filed()
      return after.map((n, i) => n - (before[i] ?? 0))
    }
    const fields = {
      client_name: 'Nightly export',
      description: 'Sends what is new to the warehouse',
    }
    // In the id, whose 22 random characters no other has, "client" is a word.
    const ofId = 1 + 22
    expect(await written(fields)).toEqual([9 + ofId, 6 + 5 + 4 + 3 + 1 + 2 + 1 + 2 + 8 + 5])
    expect(await written(fields)).toEqual([9 + ofId, 0])
    const [words, parts] = await written({ client_name: 'Long', description: '請'.repeat(1000) })
    expect([words, parts]).toEqual([8 + 1 + ofId, 3])
  })
})
