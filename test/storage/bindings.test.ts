import { afterEach, describe, expect, it, vi } from 'vitest'
import { Unavailable } from '../../src/domain/errors.ts'
import type { Point } from '../../src/domain/metrics.ts'
import { answered } from '../../src/storage/answered.ts'
import { type Database, oneRow, openDatabase } from '../../src/storage/database.ts'
import { kvDenylist } from '../../src/storage/denylist/denylist.ts'
import { bucketCopies } from '../../src/storage/ledger/checkpoint-bucket.ts'
import { pageOf } from '../../src/storage/page.ts'
import { portionsOf } from '../../src/storage/portions.ts'
import { sql } from '../../src/storage/sql.ts'
import {
  columns,
  deleteEach,
  deleteFrom,
  insertEach,
  insertInto,
  update,
  updateEach,
} from '../../src/storage/statements.ts'
import { datasetMetrics } from '../../src/storage/upkeep/metrics.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** Tells of a call of a binding that fails what is out of reach, and why. */
async function failureOf(call: Promise<unknown>): Promise<[string, string]> {
  const error: unknown = await call.catch((thrown: unknown) => thrown)
  if (!(error instanceof Unavailable)) throw new Error('it did not fail, or in another way')
  return [error.what, error.message]
}

describe('a binding', () => {
  it('is out of reach when it throws, at once or later, whatever it throws', async () => {
    const cause = new Error('the cause', { cause: new Error('the root') })
    const failed = 'd1 is out of reach:'
    for (const [thrown, says] of [
      [new TypeError('no'), 'no'],
      [new Error('with parameters', { cause }), 'the root'],
      [new Error('its own', { cause: 'a text' }), 'its own'],
      ['a text', 'unknown error'],
    ] as const) {
      const atOnce = () => {
        throw thrown
      }
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- a binding may
      const later = () => Promise.reject(thrown)
      for (const ask of [atOnce, later]) {
        expect(await failureOf(answered('d1', ask))).toEqual(['d1', `${failed} ${says}`])
      }
    }
  })

  it.each([
    ['d1', 'no such table: x', 'migrations'],
    ['d1', 'no such column: x', 'migrations'],
    ['d1', 'table x has no column named y', 'migrations'],
    ['d1', 'no such function: x', 'd1'],
    ['kv', 'no such table: x', 'kv'],
  ] as const)('%s that says "%s" lacks %s', async (what, message, lacks) => {
    const failure = await failureOf(answered(what, () => Promise.reject(new Error(message))))
    const says =
      lacks === 'migrations'
        ? `a migration is missing: ${message} (/health names it)`
        : `${lacks} is out of reach: ${message}`
    expect(failure).toEqual([lacks, says])
  })

  it('has ten seconds to answer, and keeps nothing waiting once it has', async () => {
    vi.useFakeTimers()
    let isOver = false
    const failure = failureOf(answered('kv', () => new Promise(() => {}))).finally(() => {
      isOver = true
    })
    await vi.advanceTimersByTimeAsync(9999)
    expect(isOver).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await failure).toEqual(['kv', 'kv is out of reach: no answer in time'])
    expect(await answered('kv', async () => 7)).toBe(7)
    expect(vi.getTimerCount()).toBe(0)
  })
})

it('the database has the size of its last answer, of one statement or of several', async () => {
  const answers = [1, undefined, 2].map((size_after) => ({ results: [], meta: { size_after } }))
  const prepared = { bind: () => ({ all: async () => answers[0] }) }
  const batch = vi.fn<() => Promise<unknown>>(async () => answers)
  const database = openDatabase({ prepare: () => prepared, batch } as never)
  expect(database.bytes()).toBeNull()
  await database.rows(sql`SELECT 1`)
  expect(database.bytes()).toBe(1)
  expect(await database.batch([sql`SELECT 1`])).toEqual([[], [], []])
  expect(database.bytes()).toBe(2)
  batch.mockResolvedValue([{ results: [], meta: {} }])
  await database.batch([])
  batch.mockResolvedValue([])
  await database.batch([])
  expect(database.bytes()).toBe(2)
})

it('a statement that always has a row fails where there is none', async () => {
  const database = (rows: unknown[]) => ({ rows: async () => rows }) as unknown as Database
  expect(await oneRow(database([{ n: 0 }]), sql`SELECT 1`)).toEqual({ n: 0 })
  await expect(oneRow(database([]), sql`SELECT 1`)).rejects.toThrow('without its row')
})

describe('a statement', () => {
  it.each([
    [
      insertInto('apis', { audience: 'a', name: 'b' } as never),
      'INSERT INTO portcullis_apis (audience, name) VALUES (?, ?)',
      ['a', 'b'],
    ],
    [
      insertInto('clients', { clientId: 'a', allowSelfRotation: true, tags: ['b'] } as never),
      'INSERT INTO portcullis_clients (client_id, allow_self_rotation, tags) VALUES (?, ?, ?)',
      ['a', 1, '["b"]'],
    ],
    [
      insertEach('clients', [{ clientId: 'a', tags: ['b'] }, { clientId: 'c' }] as never),
      'INSERT INTO portcullis_clients (client_id, tags) SELECT j.value ->> 0, j.value ->> 1 FROM json_each(?) j ORDER BY j.key',
      ['[["a","[\\"b\\"]"],["c",null]]'],
    ],
    [
      update('clients', { clientId: 'a', version: 1 }, { name: 'b', tags: [] }),
      'UPDATE portcullis_clients SET name = ?, tags = ? WHERE client_id = ? AND version = ?',
      ['b', '[]', 'a', 1],
    ],
    [
      updateEach('clients', 'clientId', [{ clientId: 'a', lastUsedAt: 1, name: 'b' }] as never),
      'UPDATE portcullis_clients AS t SET last_used_at = j.value ->> 1, name = j.value ->> 2 FROM json_each(?) j WHERE t.client_id = j.value ->> 0',
      ['[["a",1,"b"]]'],
    ],
    [
      deleteEach('clients', 'clientId', ['a']),
      'DELETE FROM portcullis_clients WHERE client_id IN ( SELECT value FROM json_each(?))',
      ['["a"]'],
    ],
    [
      deleteFrom('signingKeys', { kid: 'a' }),
      'DELETE FROM portcullis_signing_keys WHERE kid = ?',
      ['a'],
    ],
    [columns<'clients'>('c', ['clientId', 'name']), 'c.client_id AS clientId, c.name AS name', []],
  ])('has its values beside its text: %#', ({ text, values }, says, bound) => {
    expect([text.replaceAll(/\s+/g, ' '), values]).toEqual([says, bound])
  })
})

it('a page has no more than it may, and says where the next one begins', () => {
  const page = (rows: number[]) => pageOf(rows, 2, String, (row) => [row, 0])
  expect(page([])).toEqual({ items: [], next: null })
  expect(page([1, 2])).toEqual({ items: ['1', '2'], next: null })
  expect(page([1, 2, 3])).toEqual({ items: ['1', '2'], next: [2, 0] })
})

it('portions are as large as they may be, and what is larger is one by itself', () => {
  const portions = (sizes: number[]) => portionsOf(sizes, 10, (size) => size)
  expect(portions([])).toEqual([])
  expect(portions([4, 6, 1, 11, 9, 1, 1])).toEqual([[4, 6], [1], [11], [9, 1], [1]])
})

describe('an entry of the denylist', () => {
  const ENTRY = { version: 3, suspended: true, generation: 2, revoked: ['a', 'b'] } as never

  it('is kept with what a list of many shows of it, for as long as a token may live', async () => {
    const put = vi.fn<(...given: unknown[]) => Promise<void>>(async () => {})
    await kvDenylist({ put } as never).write('client_1', ENTRY)
    const metadata = { version: 3, suspended: true, generation: 2, revoked: 2 }
    const [key, value, options] = put.mock.calls[0] ?? []
    expect([key, JSON.parse(String(value))]).toEqual([expect.stringMatching(/client_1$/), ENTRY])
    expect(options).toEqual({ expirationTtl: expect.any(Number), metadata })
  })

  it('is read a hundred at a time, by a cache that is as short as it may be', async () => {
    const get = vi.fn<(keys: string[], options: object) => Promise<Map<string, string>>>(
      async (keys) => new Map(keys.map((key) => [key, '{'])),
    )
    const ids = Array.from({ length: 101 }, (_, at) => `client_${at}`)
    const shown = await kvDenylist({ get } as never).readMany(ids)
    expect([...shown.keys()]).toEqual(ids)
    expect(new Set(shown.values())).toEqual(new Set(['garbled']))
    expect(get.mock.calls.map(([keys]) => keys.length)).toEqual([100, 1])
    expect(get.mock.calls[0]?.[1]).toEqual({ cacheTtl: 30 })
    get.mockResolvedValue(new Map())
    expect([...(await kvDenylist({ get } as never).readMany(['a'])).values()]).toEqual([null])
  })

  it.each([
    [null, 'garbled'],
    ['a text', 'garbled'],
    [{}, 'garbled'],
    [{ version: -1 }, 'garbled'],
    [{ version: 3 }, { version: 3, more: null }],
    [
      { version: 3, suspended: 1, generation: 2, revoked: 0 },
      { version: 3, more: null },
    ],
    [
      { version: 3, suspended: true, generation: '2', revoked: 0 },
      { version: 3, more: null },
    ],
    [
      { version: 3, suspended: true, generation: 2, revoked: -1 },
      { version: 3, more: null },
    ],
    [
      { version: 3, suspended: false, generation: 2, revoked: 1 },
      { version: 3, more: { suspended: false, generation: 2, revoked: 1 } },
    ],
  ])('is glimpsed by what is kept beside it: %j', async (metadata, glimpse) => {
    const list = async ({ prefix }: { prefix: string }) => ({
      keys: [{ name: `${prefix}client_1`, metadata }],
      list_complete: false,
      cursor: 'next',
    })
    const page = await kvDenylist({ list } as never).page(undefined as never)
    expect(page).toEqual({ glimpses: new Map([['client_1', glimpse]]), next: 'next' })
    const last = async (options: { prefix: string }) => ({
      ...(await list(options)),
      list_complete: true,
    })
    expect((await kvDenylist({ list: last } as never).page('next')).next).toBeNull()
  })
})

it('a checkpoint is an object by its origin, size and root, and overwrites none', async () => {
  const put = vi.fn<(...given: unknown[]) => Promise<null>>(async () => null)
  const checkpoint = { size: 42, root: 'abcdefgh/jklmnopq', note: 'a note' }
  await bucketCopies({ put } as never, 'auth.example/a').keep(checkpoint as never)
  const [key, note, { onlyIf }] = put.mock.calls[0] as [string, string, { onlyIf: Headers }]
  expect(key).toBe('checkpoints/auth.example%2Fa/000000000042-abcdefgh%2Fjkl')
  expect([note, [...onlyIf]]).toEqual(['a note', [['if-none-match', '*']]])
})

describe('a dataset', () => {
  const POINT = { kind: 'request', name: 'GET /health', outcome: 'done' } as Point

  it('gets a point column by column, with nothing where nothing is known', () => {
    const writeDataPoint = vi.fn<(point: unknown) => void>()
    datasetMetrics({ writeDataPoint }, () => {}).write({ ...POINT, clientId: 'client_1', ms: 7 })
    datasetMetrics({ writeDataPoint }, () => {}).write(POINT)
    const [first, second] = writeDataPoint.mock.calls.map(([point]) => point) as Record<
      string,
      unknown[]
    >[]
    expect([first?.['indexes'], second?.['indexes']]).toEqual([['client_1'], ['']])
    expect(second?.['blobs']?.filter((text) => text !== '')).toEqual([
      'request',
      'GET /health',
      'done',
    ])
    expect(first?.['doubles']).toContain(7)
    expect(new Set(second?.['doubles'])).toEqual(new Set([0]))
  })

  it('gets of the longest id as much as an index takes', () => {
    const writeDataPoint = vi.fn<(point: unknown) => void>()
    const clientId = `job-${'x'.repeat(124)}`
    datasetMetrics({ writeDataPoint }, () => {}).write({ ...POINT, clientId })
    expect(writeDataPoint.mock.calls).toMatchObject([[{ indexes: [clientId.slice(0, 96)] }]])
  })

  it('that fails is told of once', async () => {
    const tell = vi.fn<() => void>()
    const writeDataPoint = vi.fn<() => unknown>(() => Promise.reject(new Error('later')))
    const metrics = datasetMetrics({ writeDataPoint }, tell)
    metrics.write(POINT)
    await new Promise((resolve) => setTimeout(resolve))
    writeDataPoint.mockImplementation(() => {
      throw new Error('at once')
    })
    metrics.write(POINT)
    expect(tell).toHaveBeenCalledTimes(1)
  })
})
