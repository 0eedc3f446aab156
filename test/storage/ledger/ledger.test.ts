import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import type { AuditEvent } from '../../../src/domain/audit.ts'
import { Unavailable } from '../../../src/domain/errors.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { d1AuditTree } from '../../../src/storage/ledger/audit-tree.ts'
import { d1Ledger } from '../../../src/storage/ledger/ledger.ts'
import { ISSUER, testServer } from '../../support/server.ts'

const ledger = () => d1Ledger(openDatabase(env.DB), ISSUER, async () => [])

const event = (seq: number): AuditEvent => ({
  action: 'role.created',
  actor: { type: 'bootstrap', id: 'bootstrap' },
  clientId: null,
  target: { type: 'role', id: 'role_x' },
  requestId: 'request',
  eventId: `evt_${Math.random()}`,
  seq,
  at: 1,
  seal: 'seal',
})

it('refuses a change that did not see the last one', async () => {
  const head = await ledger().head()
  expect(await ledger().commit(head, [event(1)], [], null)).toBe(true)
  expect(await ledger().commit(head, [event(1)], [], null)).toBe(false)
  expect(await ledger().head()).toEqual({ seq: 1, seal: 'seal' })
})

it('refuses a change where the head is not what it saw, though the number is free', async () => {
  await env.DB.prepare('UPDATE portcullis_ledger_head SET seq = 7').run()
  expect(await ledger().commit({ seq: 3, seal: '' }, [event(4)], [], null)).toBe(false)
})

it('keeps everybody else waiting while it is the turn of one', async () => {
  await ledger().lease('mine')
  const head = await ledger().head()
  expect(await ledger().commit(head, [event(1)], [], null)).toBe(false)
  expect(await ledger().commit(head, [event(1)], [], 'theirs')).toBe(false)
  await ledger().lease('theirs')
  expect(await ledger().commit(head, [event(1)], [], 'theirs')).toBe(false)
  expect(await ledger().commit(head, [event(1)], [], 'mine')).toBe(true)
  const next = await ledger().head()
  expect(await ledger().commit(next, [event(2)], [], null)).toBe(true)
})

it('takes a turn back from who does not use it', async () => {
  await ledger().lease('killed')
  await env.DB.prepare('UPDATE portcullis_ledger_head SET reserved_until = unixepoch()').run()
  expect(await ledger().commit(await ledger().head(), [event(1)], [], null)).toBe(true)
})

it('knows a turn for none that ends later than a turn lasts: the clock was set back', async () => {
  const reservedUntil = (ahead: number) =>
    env.DB.prepare('UPDATE portcullis_ledger_head SET reserved_until = unixepoch() + ?')
      .bind(ahead)
      .run()
  await ledger().lease('before')
  await reservedUntil(3600)
  await ledger().lease('since')
  const head = await ledger().head()
  expect(await ledger().commit(head, [event(1)], [], 'before')).toBe(false)
  expect(await ledger().commit(head, [event(1)], [], 'since')).toBe(true)
  await ledger().lease('before')
  await reservedUntil(3600)
  expect(await ledger().commit(await ledger().head(), [event(2)], [], null)).toBe(true)
})

/** A ledger, and a tree, on a database whose next batch goes wrong: before it is done, or behind it. */
function failing(isDone: boolean) {
  const db = openDatabase(env.DB)
  const batch: typeof db.batch = async (statements) => {
    if (isDone) await db.batch(statements)
    throw new Unavailable('d1', 'no answer in time')
  }
  const broken = { ...db, batch }
  return { ledger: d1Ledger(broken, ISSUER, async () => []), tree: d1AuditTree(broken) }
}

it('knows a change by the log whose answer was lost', async () => {
  const head = await ledger().head()
  expect(await failing(true).ledger.commit(head, [event(1)], [], null)).toBe(true)
  expect(await ledger().head()).toEqual({ seq: 1, seal: 'seal' })
})

it('does not say that another came first where it does not know', async () => {
  const head = await ledger().head()
  const outage = { what: 'd1', message: 'd1 is out of reach: no answer in time' }
  const { ledger: broken, tree } = failing(false)
  await expect(broken.commit(head, [event(1)], [], null)).rejects.toMatchObject(outage)
  const checkpoint = { size: 1, root: 'root', at: 1, note: 'note' }
  await expect(tree.extend(0, new Map(), checkpoint, null)).rejects.toMatchObject(outage)
})

it('suspends a client at once that floods the log with revocations of its own tokens', async () => {
  const server = testServer()
  await server.api()
  const client = await server.client({ 'https://api.example.com': 'invoices:read' })
  const tokens: string[] = []
  for (let i = 0; i < 60; i++) tokens.push(await server.token(client))
  const flood = tokens.map((token) => server.form('/oauth/revoke', { token }, client))
  const suspension = await server.suspend(client)
  expect(suspension.status).toBe(200)
  const statuses = new Set((await Promise.all(flood)).map((response) => response.status))
  // Revoked; given up because others came first; or refused because the client is suspended by now.
  expect([...statuses].filter((status) => ![200, 401, 503].includes(status))).toEqual([])
  expect((await server.tokenRequest(client)).status).toBe(401)
})
