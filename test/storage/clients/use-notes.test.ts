import { env } from 'cloudflare:workers'
import { beforeEach, expect, it } from 'vitest'
import { useNotes } from '../../../src/storage/clients/use-notes.ts'
import { aClient, aSecret, NOW } from '../../domain/arbitraries.ts'
import { commit } from '../listed-clients.ts'

const none = { permissions: [], access: [], roles: [] }
const MINUTE = 60

let batches: number[]
let notes: ReturnType<typeof useNotes>

/** The real database, which counts the statements of each batch. */
function counted(): D1Database {
  return {
    prepare: (sql: string) => env.DB.prepare(sql),
    async batch(statements: D1PreparedStatement[]) {
      batches.push(statements.length)
      return env.DB.batch(statements)
    },
  } as unknown as D1Database
}

beforeEach(async () => {
  batches = []
  notes = useNotes(counted())
  for (const n of [1, 2, 3]) {
    const verifier = { keyId: `key_${n}`, digest: 'digest', pepperVersion: '1' }
    const secret = aSecret({ secretId: `secret_${n}`, verifier })
    const after = aClient({
      ...none,
      clientId: `client_${n}`,
      name: `Client ${n}`,
      secrets: [secret],
    })
    await commit([{ kind: 'client', before: null, after }], NOW)
  }
})

const usesOf = async () =>
  (
    await env.DB.prepare(
      'SELECT last_used_at, first_used_at FROM portcullis_secrets ORDER BY secret_id',
    ).raw()
  ).slice(0, 3)

it('writes what several requests note at a time by one batch of two statements', async () => {
  await Promise.all([
    notes.soon('credentials', 'secret_1', NOW),
    notes.soon('credentials', 'secret_2', NOW + 1),
    notes.soon('clients', 'client_1', NOW),
  ])
  expect(batches).toEqual([2])
  expect(await usesOf()).toEqual([
    [NOW, NOW],
    [NOW + 1, NOW + 1],
    [null, null],
  ])
  const client = await env.DB.prepare(
    "SELECT last_token_at FROM portcullis_clients WHERE client_id = 'client_1'",
  ).first('last_token_at')
  expect(client).toBe(NOW)
})

it('writes a first use at once, and keeps when it was', async () => {
  await notes.atOnce('credentials', 'secret_1', NOW)
  await notes.soon('credentials', 'secret_1', NOW + MINUTE - 1)
  expect((await usesOf())[0]).toEqual([NOW, NOW])
  await notes.soon('credentials', 'secret_1', NOW + MINUTE)
  expect((await usesOf())[0]).toEqual([NOW + MINUTE, NOW])
})

it('has another request write where the one that was to has not for five seconds', async () => {
  const lost = notes.soon('credentials', 'secret_1', NOW)
  await notes.soon('credentials', 'secret_2', NOW + 4)
  expect(batches).toEqual([])
  await notes.soon('credentials', 'secret_3', NOW + 5)
  await lost
  // The one that was late after all found nothing left to write.
  expect(batches).toEqual([1])
  expect(await usesOf()).toEqual([
    [NOW, NOW],
    [NOW + 4, NOW + 4],
    [NOW + 5, NOW + 5],
  ])
})
