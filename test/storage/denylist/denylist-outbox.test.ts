import { env } from 'cloudflare:workers'
import { beforeEach, expect, it } from 'vitest'
import type { Glimpse } from '../../../src/domain/denylist.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { d1DenylistOutbox } from '../../../src/storage/denylist/denylist-outbox.ts'
import { type Client, testServer } from '../../support/server.ts'

const outbox = () => d1DenylistOutbox(openDatabase(env.DB))

const claim = async (writer: string) => {
  const [claimed] = await outbox().claim(writer, { clientIds: [client.id] })
  return claimed?.entry ?? null
}

const settle = async (writer: string, version: number, ok = true, wasTried = true) => {
  const written = [{ clientId: client.id, version, ok, wasTried }]
  const settled = await outbox().settle(writer, written)
  return settled.get(client.id)
}

const due = async (limit: number, writer = 'due') => {
  const claimed = await outbox().claim(writer, { limit })
  return claimed.map((one) => one.clientId)
}

type Glimpsed = Exclude<Glimpse, 'garbled'>['more']

const row = () => env.DB.prepare('SELECT * FROM portcullis_denylist_outbox').first()

const set = (change: string) =>
  env.DB.prepare(`UPDATE portcullis_denylist_outbox SET ${change}`).run()

let client: Client

beforeEach(async () => {
  const failing = {
    put: () => Promise.reject(new Error('KV is down')),
    get: (keys: unknown) => Promise.resolve(Array.isArray(keys) ? new Map() : null),
  }
  const server = testServer({ env: { DENYLIST: failing as unknown as KVNamespace } })
  client = await server.client()
  await server.suspend(client)
  await set('claimed_by = NULL, claimed_until = 0, unsettled_until = 0')
})

it('gives a row to one writer at a time', async () => {
  const entry = { version: 1, suspended: true, generation: 0, revoked: [] }
  expect(await claim('first')).toEqual(entry)
  expect(await claim('second')).toBeNull()
  expect(await settle('first', 1)).toBe('done')
  expect(await row()).toBeNull()
})

it('tells the writer that a newer version is due, and leaves it the row', async () => {
  await claim('first')
  await set('version = 2')
  expect(await settle('first', 1)).toBe('newer')
  expect(await claim('first')).not.toBeNull()
})

it('keeps the row after a failed write, which may yet land on top of the next', async () => {
  await claim('first')
  await settle('first', 1, false)
  expect(await claim('second')).not.toBeNull()
  expect(await settle('second', 1)).toBe('unsettled')
  expect(await due(10)).toEqual([client.id])
  await set('unsettled_until = 0, claimed_until = 0')
  await claim('third')
  expect(await settle('third', 1)).toBe('done')
})

it('frees the row of an entry that was not written, which cannot land late', async () => {
  await claim('first')
  expect(await settle('first', 1, false, false)).toBe('unsettled')
  await claim('second')
  expect(await settle('second', 1)).toBe('done')
})

it('keeps the row when a claim lapsed: its writer may only be slow', async () => {
  await claim('killed')
  await set('claimed_until = unixepoch() - 1')
  expect(await claim('next')).not.toBeNull()
  expect(await settle('next', 1)).toBe('unsettled')
})

it('gives away a claim that ends later than one lasts: the clock was set back', async () => {
  await claim('before')
  await set('claimed_until = unixepoch() + 3600')
  expect(await due(10)).toEqual([client.id])
  await set('claimed_until = unixepoch() + 3600')
  expect(await claim('since')).not.toBeNull()
  expect(await claim('other')).toBeNull()
  expect(await settle('before', 1)).toBe('unsettled')
})

it('has the entry written once more when a writer finds that it lost its claim', async () => {
  await claim('slow')
  await set("claimed_by = 'next', version = 2")
  expect(await settle('next', 2)).toBe('done')
  // The slow one wrote its older entry on top of the newer just now.
  expect(await settle('slow', 1)).toBe('unsettled')
  expect(await due(10)).toEqual([client.id])
})

it('takes what is only shown once more behind all else', async () => {
  await outbox().repeat(['aaa'], true)
  await outbox().repeat([client.id, 'zzz'])
  for (const id of ['aaa', 'zzz']) {
    await env.DB.prepare(
      `INSERT INTO portcullis_deleted_clients (client_id, denylist_version, generation, deleted_at)
       VALUES (?, 1, 0, 0)`,
    )
      .bind(id)
      .run()
  }
  expect(await due(2)).toEqual([client.id, 'zzz'].sort())
  expect(await due(2, 'next')).toEqual(['aaa'])
})

it('keeps back what lets somebody in while the server is shut, and nothing else', async () => {
  const shut = "INSERT INTO portcullis_chores VALUES ('taken_back', 0, ?)"
  await env.DB.prepare(shut).bind('"shut"').run()
  expect(await due(10)).toEqual([client.id])
  await set('claimed_until = 0, claimed_by = NULL')
  await env.DB.prepare('UPDATE portcullis_clients SET suspended_at = NULL').run()
  expect([await due(10), await claim('one')]).toEqual([[], null])
  await env.DB.prepare('UPDATE portcullis_chores SET position = \'"looked_through"\'').run()
  expect(await due(10)).toEqual([client.id])
})

it('lets those that have not failed go first', async () => {
  await env.DB.prepare(
    `INSERT INTO portcullis_deleted_clients (client_id, denylist_version, generation, deleted_at)
     VALUES ('zzz', 1, 0, 0)`,
  ).run()
  await env.DB.prepare(
    "INSERT INTO portcullis_denylist_outbox (client_id, version) VALUES ('zzz', 1)",
  ).run()
  await claim('first')
  await settle('first', 1, false)
  expect(await due(1)).toEqual(['zzz'])
})

it('tells what is only shown once more from what is new', async () => {
  await env.DB.prepare(
    `INSERT INTO portcullis_deleted_clients (client_id, denylist_version, generation, deleted_at)
     VALUES ('zzz', 1, 0, 0)`,
  ).run()
  await outbox().repeat([client.id, 'zzz'])
  const claimed = await outbox().claim('writer', { limit: 10 })
  expect(new Map(claimed.map((one) => [one.clientId, one.isRepeat]))).toEqual(
    new Map([
      [client.id, false],
      ['zzz', true],
    ]),
  )
})

it('settles each client by its own row', async () => {
  await env.DB.prepare(
    `INSERT INTO portcullis_deleted_clients (client_id, denylist_version, generation, deleted_at)
     VALUES ('zzz', 1, 0, 0)`,
  ).run()
  await env.DB.prepare(
    "INSERT INTO portcullis_denylist_outbox (client_id, version) VALUES ('zzz', 1)",
  ).run()
  await outbox().claim('writer', { clientIds: [client.id, 'zzz'] })
  await env.DB.prepare('UPDATE portcullis_denylist_outbox SET version = 2 WHERE client_id = ?')
    .bind(client.id)
    .run()
  await env.DB.prepare(
    "UPDATE portcullis_denylist_outbox SET unsettled_until = unixepoch() + 60 WHERE client_id = 'zzz'",
  ).run()
  const written = [client.id, 'zzz'].map((clientId) => ({
    clientId,
    version: 1,
    ok: true,
    wasTried: true,
  }))
  expect(await outbox().settle('writer', written)).toEqual(
    new Map([
      [client.id, 'newer'],
      ['zzz', 'unsettled'],
    ]),
  )
})

it('finds what the denylist knows better by version, and exactly by all that it says', async () => {
  const ahead = (version: number, more: Glimpsed, exactly: boolean) =>
    outbox().ahead(new Map([[client.id, { version, more }]]), exactly)
  const same = { suspended: true, generation: 0, revoked: 0 }
  expect(await ahead(1, same, true)).toEqual([])
  expect(await ahead(2, same, false)).toEqual([client.id])
  expect(await ahead(1, { ...same, suspended: false }, true)).toEqual([client.id])
  expect(await ahead(1, { ...same, suspended: false }, false)).toEqual([])
  expect(await ahead(1, { ...same, generation: 1 }, true)).toEqual([client.id])
  expect(await ahead(1, null, true)).toEqual([])
  expect(await outbox().ahead(new Map([[client.id, 'garbled']]), false)).toEqual([client.id])
})
