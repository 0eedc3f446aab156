import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'

// Every test begins with a migrated, empty database and with nothing in the other stores, though they are emptied only
// after a test that asked one of them for something.

const KEY = 'https://auth.example/left'

/** In the storage of one of the objects that are gates, though a gate itself stores nothing. */
const inGate = <T>(act: (storage: DurableObjectStorage) => Promise<T>) =>
  runInDurableObject(env.TEST_GATES.getByName('left'), (_, { storage }) => act(storage))

type Store = {
  store: string
  leave: () => Promise<unknown>
  find: () => Promise<unknown>
  nothing: unknown
}

const STORES: Store[] = [
  {
    store: 'D1',
    leave: () => env.DB.prepare("UPDATE portcullis_apis SET name = 'left'").run(),
    find: () => env.DB.prepare('SELECT name FROM portcullis_apis').first('name'),
    nothing: 'Portcullis',
  },
  {
    store: 'the schema of D1',
    leave: () => env.DB.batch([env.DB.prepare('CREATE TABLE more (n)')]),
    find: () => env.DB.prepare("SELECT sql FROM sqlite_schema WHERE name = 'more'").first(),
    nothing: null,
  },
  {
    store: 'KV',
    leave: () => env.DENYLIST.put(KEY, 'left'),
    find: () => env.DENYLIST.get(KEY),
    nothing: null,
  },
  {
    store: 'R2',
    leave: () => env.TEST_BUCKET.put(KEY, 'left'),
    find: () => env.TEST_BUCKET.get(KEY),
    nothing: null,
  },
  {
    store: 'the cache',
    leave: () =>
      caches.default.put(KEY, new Response('left', { headers: { 'Cache-Control': 'max-age=60' } })),
    find: async () => (await caches.default.match(KEY)) ?? null,
    nothing: null,
  },
  {
    store: 'a gate',
    leave: () => inGate((storage) => storage.put(KEY, 'left')),
    find: () => inGate(async (storage) => (await storage.get(KEY)) ?? null),
    nothing: null,
  },
]

describe.each(STORES)('$store', ({ leave, find, nothing }) => {
  it('keeps what a test leaves there', async () => {
    await leave()
    expect(await find()).not.toEqual(nothing)
  })

  it('has nothing of it in the next test', async () => {
    expect(await find()).toEqual(nothing)
  })
})
