import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { isoTime } from '../../src/domain/time.ts'
import { testServer, type TestServer } from '../support/server.ts'

const PATH = '/audit-events/verification'
const NEW_KEY = '2:a-new-key-of-the-tests-0123456789012'

/** A log of some events. */
async function aLog(server: TestServer = testServer()) {
  for (let i = 0; i < 6; i++) await server.client({})
  return server
}

const verdict = (server: TestServer) => server.adminOk('GET', PATH)
const accept = (server: TestServer, brokenAt?: number) =>
  server.admin('POST', PATH, brokenAt === undefined ? {} : { broken_at: brokenAt })
const alter = (seq: number) =>
  env.DB.prepare(
    `UPDATE portcullis_audit_events SET target_id = 'another' WHERE seq = ${seq}`,
  ).run()
const lastEvent = async () =>
  (await env.DB.prepare('SELECT max(seq) AS seq FROM portcullis_audit_events').first<number>(
    'seq',
  )) as number

it('goes on from its acceptance where the key of its seals is lost', async () => {
  await aLog()
  const server = testServer({ env: { AUDIT_KEY: NEW_KEY } })
  expect(await verdict(server)).toMatchObject({
    intact: false,
    broken_at: 1,
    reason: 'key_missing',
  })
  // Accepting it after a restore is another matter.
  expect((await accept(server)).status).toBe(200)
  expect(await verdict(server)).toMatchObject({ intact: false, broken_at: 1 })
  expect((await accept(server, 1)).status).toBe(200)
  const start = await lastEvent()
  await server.client({})
  expect(await verdict(server)).toEqual({
    intact: true,
    complete: true,
    events: start + 1,
    accepted_up_to: start,
    next_cursor: null,
  })
})

it('is told by health when the cron has walked on', async () => {
  await aLog()
  const server = testServer({ env: { AUDIT_KEY: NEW_KEY } })
  // The version is missed, until it is accepted that it is lost.
  await expect(server.cron()).rejects.toThrow('keys')
  const headers = { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` }
  const health = async () => (await server.send('/health', { headers })).json()
  expect(await health()).toMatchObject({ audit_log: { intact: false } })
  await accept(server, 1)
  // A run walks a page, and the break ends one.
  await server.cron()
  await server.cron()
  expect(await health()).toMatchObject({
    audit_log: { intact: true, verified_at: isoTime(server.clock.now) },
  })
})

it('names the break and who accepted it, in an event of its own', async () => {
  const server = await aLog()
  await alter(3)
  await accept(server, 3)
  const { data } = await server.adminOk('GET', '/audit-events?action=audit_log.accepted')
  expect(data).toMatchObject([
    { actor: { type: 'bootstrap' }, changes: { broken_at: { from: 3, to: null } } },
  ])
})

it('hides no change that is made elsewhere, before the break or behind the acceptance', async () => {
  const server = await aLog()
  await alter(4)
  await accept(server, 4)
  const start = await lastEvent()
  await server.client({})
  expect(await verdict(server)).toMatchObject({ intact: true, accepted_up_to: start })
  await alter(start + 1)
  expect(await verdict(server)).toMatchObject({ broken_at: start + 1, reason: 'altered' })
  await alter(2)
  expect(await verdict(server)).toMatchObject({ broken_at: 2, reason: 'altered' })
})

it('is verified again from there where its end was cut off, and its head was left', async () => {
  const server = await aLog()
  const end = await lastEvent()
  await env.DB.prepare(`DELETE FROM portcullis_audit_events WHERE seq = ${end}`).run()
  expect(await verdict(server)).toMatchObject({ broken_at: end, reason: 'truncated' })
  expect((await accept(server, end)).status).toBe(200)
  expect(await verdict(server)).toMatchObject({ intact: true, accepted_up_to: end + 1 })
})

it('is accepted at no place but where it is broken', async () => {
  const server = await aLog()
  const before = await lastEvent()
  for (const place of [1, 3, before + 1, 1000]) {
    expect((await accept(server, place)).status).toBe(409)
  }
  expect(await lastEvent()).toBe(before)
  expect((await accept(server, 0)).status).toBe(400)
})

it('is accepted by nobody who writes the database alone', async () => {
  const server = await aLog()
  await accept(server)
  const changes = JSON.stringify({
    broken_at: { from: 2, to: null },
    continues: { from: null, to: '1.made-up' },
  })
  await alter(2)
  const forged = env.DB.prepare(
    "UPDATE portcullis_audit_events SET changes = ? WHERE action = 'audit_log.accepted'",
  )
  await forged.bind(changes).run()
  expect(await verdict(server)).toMatchObject({ intact: false, broken_at: 2, reason: 'altered' })
})
