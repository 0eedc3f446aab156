import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import {
  bring,
  hashedClient,
  HASHED,
  imported,
  importedClient,
  storedSecret,
  TEXT,
} from '../support/imports.ts'
import { type Client, type TestServer, testServer } from '../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10) / 1000
const GRANT = { grant_type: 'client_credentials' }
const LIMIT = 100

let server: TestServer

beforeEach(async () => {
  server = testServer({ now: NOW })
  await server.api()
})
afterEach(() => void vi.restoreAllMocks())

const from = async (address: string, { id, secret }: Client, at = server) =>
  (await at.form('/oauth/token', GRANT, { id, secret }, { 'CF-Connecting-IP': address })).status

it('no flood of different secrets makes the server verify a hash more often than the limit', async () => {
  const spied = vi.spyOn(crypto.subtle, 'deriveBits').mockResolvedValue(new ArrayBuffer(32))
  const client = await hashedClient(server)
  const guesses = Array.from({ length: LIMIT + 20 }, (_, i) => ({
    ...client,
    secret: `guess ${i}`,
  }))
  const statuses = await Promise.all(guesses.map((guess) => from('192.0.2.1', guess)))
  expect(spied).toHaveBeenCalledTimes(LIMIT)
  expect(statuses.filter((status) => status === 429)).toHaveLength(20)
  vi.restoreAllMocks()
  expect(await from('192.0.2.1', client)).toBe(429)
  expect(await from('192.0.2.2', client)).toBe(200)
  // Once its keyed hash is known, a right secret no longer waits for wrong ones.
  expect(await from('192.0.2.1', client)).toBe(200)
})

it('a flood against many clients is verified ten times as often at most', async () => {
  const spied = vi.spyOn(crypto.subtle, 'deriveBits').mockResolvedValue(new ArrayBuffer(32))
  for (let n = 0; n <= 10; n++) {
    const client = await hashedClient(server, `client-${n}`)
    const guesses = Array.from({ length: LIMIT }, (_, i) => ({ ...client, secret: `guess ${i}` }))
    await Promise.all(guesses.map((guess) => from('192.0.2.1', guess)))
  }
  expect(spied).toHaveBeenCalledTimes(10 * LIMIT)
})

it('a fleet that moves in one night gets in from one address, each with its right secret', async () => {
  const ids = Array.from({ length: LIMIT + 30 }, (_, i) => `fleet-${i}`)
  for (const at of [0, 100]) {
    const some = ids.slice(at, at + 100)
    const sent = some.map((id) => imported({ client_id: id, secret: { hash: HASHED.hash } }))
    expect((await bring(server, sent)).status).toBe(200)
  }
  const statuses = []
  for (const id of ids)
    statuses.push(await from('192.0.2.1', { id, secret: HASHED.text, body: {} }))
  expect(new Set(statuses)).toEqual(new Set([200]))
})

it('a wrong text is counted by itself: the right one gets in from the same address', async () => {
  const client = await importedClient(server)
  const stale = { ...client, secret: 'the secret before it' }
  const statuses = []
  for (let i = 0; i <= LIMIT; i++) statuses.push(await from('192.0.2.1', stale))
  expect(statuses.at(-1)).toBe(429)
  expect(await from('192.0.2.1', client)).toBe(200)
})

it.each([
  ['the hash as it is', async () => `$${HASHED.hash}`],
  ['a hash without its mark', async () => HASHED.hash],
  [
    'what was sealed for another client',
    async (id: string) => (await storedSecret(id))?.['digest'],
  ],
])('whoever writes to D1 lets nobody in by %s', async (_what, digestOf) => {
  const other = await hashedClient(server, 'another')
  const client = await importedClient(server)
  await env.DB.prepare('UPDATE portcullis_secrets SET digest = ? WHERE client_id = ?')
    .bind(await digestOf(other.id), client.id)
    .run()
  for (const secret of [HASHED.text, HASHED.hash, TEXT]) {
    expect(await from('192.0.2.1', { ...client, secret })).toBe(401)
  }
})

it('no client is authenticated by the imported secret of another, nor by a hash as a secret', async () => {
  const [one, two] = [await importedClient(server), await hashedClient(server, 'two')]
  const third = await server.client()
  for (const [id, secret] of [
    [two.id, one.secret],
    [one.id, two.secret],
    [third.id, one.secret],
    [one.id, third.secret],
    [two.id, HASHED.hash],
    [two.id, String((await storedSecret(two.id))?.['digest'])],
    [one.id, String((await storedSecret(one.id))?.['digest'])],
    [`imported:${one.id}`, one.secret],
    [one.id.toLowerCase(), one.secret],
    [`${one.id} `, one.secret],
  ]) {
    expect(await from('192.0.2.1', { ...one, id: id ?? '', secret: secret ?? '' })).toBe(401)
  }
  for (let cut = 1; cut < TEXT.length; cut++) {
    expect(await from('192.0.2.2', { ...one, secret: TEXT.slice(0, cut) })).toBe(401)
  }
})

it('INV-7: neither text nor hash is in an answer, a row or a line of the log', async () => {
  const seen: string[] = []
  for (const name of ['log', 'warn', 'error'] as const) {
    vi.spyOn(console, name).mockImplementation((line: unknown) => void seen.push(String(line)))
  }
  const clients = [await importedClient(server), await hashedClient(server, 'two')]
  const calls = ['/clients', '/audit-events', ...clients.map(({ id }) => `/clients/${id}/secrets`)]
  for (const path of calls) seen.push(await (await server.admin('GET', path)).text())
  for (const client of clients) {
    await from('192.0.2.1', { ...client, secret: `${client.secret}?` })
    seen.push(await (await server.tokenRequest(client)).text())
    const found = await server.admin('POST', '/credential-lookups', { text: client.secret })
    seen.push(await found.text())
  }
  const tables = ['secrets', 'clients', 'audit_events', 'idempotency_records', 'search_words']
  for (const table of tables) {
    const { results } = await env.DB.prepare(`SELECT * FROM portcullis_${table}`).all()
    seen.push(JSON.stringify(results))
  }
  for (const text of [TEXT, ...HASHED.hash.split('$').slice(3), HASHED.text]) {
    expect(seen.filter((one) => one.includes(text))).toEqual([])
  }
})
