import { describe, expect, it } from 'vitest'
import { type Json, type TestServer, testServer } from '../../support/server.ts'

async function named(server: TestServer, ...names: string[]) {
  for (const client_name of names) await server.client({}, { client_name })
}

async function list(server: TestServer, query: Record<string, string> = {}): Promise<Json> {
  return server.adminOk('GET', `/clients?${new URLSearchParams(query).toString()}`)
}

async function namesIn(server: TestServer, query: Record<string, string> = {}) {
  return (await list(server, query))['data'].map((c: Json) => c['client_name']) as string[]
}

describe('q', () => {
  const FOUND: [string, string[], string][] = [
    ['bill', ['Billing', 'BILLS'], 'any case'],
    ['BILL', ['Billing', 'BILLS'], 'any case of its own'],
    ['écol', ['École', 'école'], 'a character beyond ASCII'],
    ['ecole', ['École', 'école'], 'none of the accents'],
    ['lodz gdansk', ['Łódź – Gdańsk'], 'letters that are no others with accents'],
    ['Kraków', ['KRAKOW'], 'accents that only the search has'],
    // Three letters alone may be in an id by chance, where the search looks too.
    ['É-C', ['É-Cole', 'é-cole'], 'three characters beyond ASCII'],
    ['e\u0301col', ['École', 'école'], 'a decomposed accent'],
    ['%', ['100% done'], 'a percent sign as itself'],
    ['0% d', ['100% done'], 'a percent sign in a longer text'],
    ['_', ['a_b_c'], 'an underscore as itself, beside that of every id'],
    ['a_b_c', ['a_b_c'], 'underscores in a longer text'],
    ['"quo', ['say "quoted"'], 'a quote'],
    ['"', ['say "quoted"'], 'a quote alone'],
    ['a OR b', ['a OR b'], 'an operator of the index'],
    ['NOT (y', ['NOT "x"* (y)'], 'another operator'],
    ['"x"*', ['NOT "x"* (y)'], 'a prefix operator'],
    ['(y)', ['NOT "x"* (y)'], 'parentheses'],
    ['-- ', ["'; -- x"], 'a comment of SQL'],
    ["';", ["'; -- x"], 'two characters'],
    ['search_text:', [], 'a column filter'],
    ['export bill', ['Billing, nightly export'], 'words in any order, and parts of them'],
    ['export bill', [], 'no text that has one of the words alone'],
    ['  a_b_c  ', ['a_b_c'], 'space around it'],
    ['ΑΣ', ['ΑΣΑ'], 'a sigma that ends the search and not the word'],
  ]

  it.each(FOUND)('%s finds %j: %s', async (q, names) => {
    const server = testServer()
    const others = ['Payroll', 'x y']
    await named(server, ...names, ...others)
    const found = await namesIn(server, { q, sort: 'name', limit: '100' })
    const expected = q === '_' ? [...names, ...others] : names
    expect(found.sort()).toEqual([...expected].sort())
  })

  it('looks in descriptions and client ids too, and not across fields', async () => {
    const server = testServer()
    const [a] = [await server.client({}, { client_name: 'alpha', description: 'Rückläufer\nzwei' })]
    await server.client({}, { client_name: 'beta' })
    expect(await namesIn(server, { q: 'RÜCKL' })).toEqual(['alpha'])
    expect(await namesIn(server, { q: 'ückl' })).toEqual(['alpha'])
    expect(await namesIn(server, { q: a.id })).toEqual(['alpha'])
    expect(await namesIn(server, { q: a.id.slice(9, 20).toUpperCase() })).toEqual(['alpha'])
    expect(await namesIn(server, { q: 'alphaRück' })).toEqual([])
  })

  it.each(['\ufffd\ufffd\ufffd', '"""', '\\\\\\'])(
    'answers 200 and nothing for what nothing has: %j',
    async (q) => {
      const server = testServer()
      await named(server, 'abc')
      expect(await list(server, { q })).toEqual({ data: [], next_cursor: null })
    },
  )

  it.each(['abc\u0000def', '\u0000', '\u0000\u0000\u0000', 'a\u202eb'])(
    'is refused with what no name has: %j',
    async (q) => {
      const response = await testServer().admin('GET', `/clients?q=${encodeURIComponent(q)}`)
      expect(response.status).toBe(400)
      expect((await response.json<Json>())['errors']).toMatchObject([{ field: 'q' }])
    },
  )

  it('follows a change and a deletion', async () => {
    const server = testServer()
    const client = await server.client({}, { client_name: 'first name' })
    await server.adminOk('PATCH', `/clients/${client.id}`, { client_name: 'second' })
    expect(await namesIn(server, { q: 'first' })).toEqual([])
    expect(await namesIn(server, { q: 'SECOND' })).toEqual(['second'])
    await server.adminOk('DELETE', `/clients/${client.id}`)
    expect(await namesIn(server, { q: 'second' })).toEqual([])
  })
})
