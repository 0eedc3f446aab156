import { env } from 'cloudflare:workers'
import { beforeEach, expect, it } from 'vitest'
import { openDatabase } from '../../src/storage/database.ts'
import { d1DenylistOutbox } from '../../src/storage/denylist-outbox.ts'
import { type Client, testServer } from '../support/server.ts'

const outbox = () => d1DenylistOutbox(openDatabase(env.DB))

const row = () => env.DB.prepare('SELECT * FROM portcullis_denylist_outbox').first()

const set = (change: string) =>
  env.DB.prepare(`UPDATE portcullis_denylist_outbox SET ${change}`).run()

let client: Client

beforeEach(async () => {
  const failing = {
    put: () => Promise.reject(new Error('KV is down')),
    get: () => Promise.resolve(null),
  }
  const server = testServer({ env: { DENYLIST: failing as unknown as KVNamespace } })
  client = await server.client()
  await server.suspend(client)
  await set('claimed_by = NULL, claimed_until = 0, unsettled_until = 0')
})

it('gives a row to one writer at a time', async () => {
  const entry = { version: 1, suspended: true, generation: 0, revoked: [] }
  expect(await outbox().claim(client.id, 'first')).toEqual(entry)
  expect(await outbox().claim(client.id, 'second')).toBeNull()
  expect(await outbox().settle(client.id, 1, 'first')).toBe('done')
  expect(await row()).toBeNull()
})

it('tells the writer that a newer version is due, and leaves it the row', async () => {
  await outbox().claim(client.id, 'first')
  await set('version = 2')
  expect(await outbox().settle(client.id, 1, 'first')).toBe('newer')
  expect(await outbox().claim(client.id, 'first')).not.toBeNull()
})

it('keeps the row after a failed write, which may yet land on top of the next', async () => {
  await outbox().claim(client.id, 'first')
  await outbox().release(client.id, 'first')
  expect(await outbox().claim(client.id, 'second')).not.toBeNull()
  expect(await outbox().settle(client.id, 1, 'second')).toBe('unsettled')
  expect(await outbox().due(10)).toEqual([client.id])
  await set('unsettled_until = 0')
  await outbox().claim(client.id, 'third')
  expect(await outbox().settle(client.id, 1, 'third')).toBe('done')
})

it('keeps the row when a claim lapsed: its writer may only be slow', async () => {
  await outbox().claim(client.id, 'killed')
  await set('claimed_until = unixepoch() - 1')
  expect(await outbox().claim(client.id, 'next')).not.toBeNull()
  expect(await outbox().settle(client.id, 1, 'next')).toBe('unsettled')
})

it('has the entry written once more when a writer finds that it lost its claim', async () => {
  await outbox().claim(client.id, 'slow')
  await set("claimed_by = 'next', version = 2")
  expect(await outbox().settle(client.id, 2, 'next')).toBe('done')
  // The slow one wrote its older entry on top of the newer just now.
  expect(await outbox().settle(client.id, 1, 'slow')).toBe('unsettled')
  expect(await outbox().due(10)).toEqual([client.id])
})

it('lets those that have not failed go first', async () => {
  await env.DB.prepare(
    "INSERT INTO portcullis_denylist_outbox (client_id, version) VALUES ('zzz', 1)",
  ).run()
  await outbox().claim(client.id, 'first')
  await outbox().release(client.id, 'first')
  expect(await outbox().due(1)).toEqual(['zzz'])
})
