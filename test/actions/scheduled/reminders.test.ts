import { env } from 'cloudflare:workers'
import {
  ADA,
  BOB,
  LOSSES,
  setUp,
  addAdministrator,
  expiring,
  dateIn,
  crons,
  newestSecret,
  recipients,
} from './reminder-setup.ts'
import { actionsWith } from '../reminder-actions.ts'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RUNS } from '../../domain/arbitraries.ts'
import { DAY, HOUR, isoTime, MINUTE } from '../../../src/domain/time.ts'
import { type Client, ISSUER, type Json, type TestServer } from '../../support/server.ts'
import { NOON, pendingOf, reminderWorld } from '../reminder-world.ts'

const ANSWERS = ['accepts', 'refuses'] as const
// Each injected fault is logged, as it should be, and says nothing here.
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe('INV-13: whatever happens', () => {
  it('hands no reminder over twice or when it is not due, and loses none unseen', async () => {
    const world = reminderWorld('email')
    await world.server.cron()
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(actionsWith(...ANSWERS, ...ANSWERS, ...LOSSES), async (actions) => {
        expect(await world.problemsOf(actions)).toEqual([])
        accepted += world.accepted()
      }),
      { ...RUNS, numRuns: 12 },
    )
    // Most runs must have had something to send.
    expect(accepted).toBeGreaterThan(20)
  })

  it('does so for each threshold, and for contacts and configured addresses, too', async () => {
    const world = reminderWorld('email', [14, 7, 3, 0], ['desk@example.com'])
    await world.server.cron()
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(actionsWith(...ANSWERS, ...ANSWERS, ...LOSSES), async (actions) => {
        expect(await world.problemsOf(actions)).toEqual([])
        accepted += world.accepted()
      }),
      { ...RUNS, numRuns: 12 },
    )
    expect(accepted).toBeGreaterThan(40)
  })

  it('has a webhook that deduplicates take each reminder under one key, and at least once', async () => {
    const world = reminderWorld('webhook')
    vi.stubGlobal('fetch', world.fetchWebhook)
    await world.server.cron()
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(actionsWith(...ANSWERS, ...LOSSES, ...LOSSES), async (actions) => {
        expect(await world.problemsOf(actions)).toEqual([])
        accepted += world.accepted()
      }),
      { ...RUNS, numRuns: 12 },
    )
    expect(accepted).toBeGreaterThan(20)
  })
})

describe('a reminder', () => {
  it('goes out from the first second of the day with 14 days left, and never again', async () => {
    const { server, box } = await setUp(ADA, BOB)
    await expiring(server, 15)
    server.clock.now = NOON + 12 * HOUR - 1
    await server.cron()
    expect(box.mails).toEqual([])
    server.clock.now += 1
    await server.cron()
    expect(recipients(box)).toEqual([ADA, BOB])
    expect(box.mails[0]?.subject).toBe('The secret of "Nightly export" expires in 14 days')
    await crons(server, DAY, 16)
    expect(box.mails).toHaveLength(2)
  })

  it('goes out once with the days that are left, after 72 hours without a cron', async () => {
    const { server, box } = await setUp(ADA)
    const client = await expiring(server, 15)
    await server.cron()
    expect(box.mails).toEqual([])
    server.clock.now += 3 * DAY
    await server.cron()
    const [mail] = box.mails
    expect(mail?.subject).toBe('The secret of "Nightly export" expires in 12 days')
    expect(mail?.text).toContain('Monday, 7 December 2026, 23:59:59 UTC, in 12 days')
    expect(mail?.text).toContain(`${ISSUER}/console/clients/${client.id}`)
    await Promise.all([server.cron(), server.cron()])
    await crons(server, 3 * DAY, 5)
    expect(box.mails).toHaveLength(1)
  })

  it('goes out with the first cron when the secret was made for less', async () => {
    const { server, box } = await setUp(ADA)
    await expiring(server, 0)
    await expiring(server, 5, { client_name: 'Later' })
    await server.cron()
    expect(box.mails.map(({ subject }) => subject)).toEqual([
      '2 client secrets expire soon, the first today',
    ])
  })

  it('goes out once from two crons at once', async () => {
    const { server, box } = await setUp(ADA, BOB)
    await expiring(server, 5)
    await Promise.all([server.cron(), server.cron(), server.cron()])
    expect(recipients(box)).toEqual([ADA, BOB])
  })

  it('is one message of all that is due, soonest first', async () => {
    const { server, box } = await setUp(ADA)
    for (const days of [9, 3, 12]) await expiring(server, days, { client_name: `In ${days} days` })
    await server.cron()
    const [mail, ...others] = box.mails
    expect(others).toEqual([])
    expect(mail?.subject).toBe('3 client secrets expire soon, the first in 3 days')
    const names = mail?.text.match(/^In \d+ days$/gm)
    expect(names).toEqual(['In 3 days', 'In 9 days', 'In 12 days'])
  })

  it('is of at most 100 secrets; the others follow in the next run', async () => {
    const { server, box } = await setUp(ADA)
    for (let i = 0; i < 101; i++) await expiring(server, 5)
    await server.cron()
    await server.cron()
    const sizes = box.mails.map(({ text }) => text.match(/Client ID/g)?.length)
    expect(sizes).toEqual([100, 1])
    const all = box.mails.flatMap(({ text }) => text.match(/client_\w+$/gm) ?? [])
    expect(new Set(all.filter((id) => !id.includes('/'))).size).toBe(101)
  })

  it('is noted on the secret and in the audit log, which has no address', async () => {
    const { server } = await setUp()
    const administratorId = await addAdministrator(server, ADA)
    const client = await expiring(server, 5)
    server.clock.now += HOUR
    await server.cron()
    const secret = await newestSecret(server, client)
    expect(secret).toMatchObject({ reminded_at: isoTime(NOON + HOUR) })
    expect(secret).not.toHaveProperty('reminder_error')
    const { data } = await server.adminOk('GET', '/audit-events?limit=100')
    expect(data.filter(({ action }: Json) => action === 'reminder.sent')).toEqual([
      expect.objectContaining({
        at: isoTime(NOON + HOUR),
        actor: { type: 'system', id: 'portcullis' },
        client_id: client.id,
        target: { type: 'secret', id: secret['secret_id'] },
        changes: { recipient: { from: null, to: administratorId }, days: { from: null, to: 14 } },
      }),
    ])
    const { results } = await env.DB.prepare('SELECT * FROM portcullis_audit_events').all()
    expect(JSON.stringify(results)).not.toContain('@')
  })
})

describe('no reminder goes out', () => {
  const cases: [string, (server: TestServer, client: Client) => Promise<unknown>][] = [
    ['of a suspended client', (server, client) => server.suspend(client)],
    ['of a deleted client', (server, { id }) => server.adminOk('DELETE', `/clients/${id}`)],
    [
      'of a secret that is no longer the newest',
      (server, { id }) => server.adminOk('POST', `/clients/${id}/secrets`),
    ],
    [
      'of a retiring secret, once the newer one is deleted',
      async (server, { id }) => {
        const body = { retire_others_in: 600_000 }
        const newer = await server.adminOk('POST', `/clients/${id}/secrets`, body)
        await server.adminOk('DELETE', `/clients/${id}/secrets/${newer['secret_id']}`)
      },
    ],
    [
      'of a deleted secret',
      async (server, client) => {
        const { secret_id: secretId } = await newestSecret(server, client)
        await server.adminOk('DELETE', `/clients/${client.id}/secrets/${secretId}`)
      },
    ],
    ['of an expired secret', async (server) => void (server.clock.now += 6 * DAY)],
  ]

  it.each(cases)('%s', async (_, change) => {
    const { server, box } = await setUp(ADA)
    await change(server, await expiring(server, 5))
    await crons(server, MINUTE, 2)
    expect(box.mails).toEqual([])
  })

  it.each(cases)('%s, though it was due and the provider had refused it', async (_, change) => {
    const { server, box } = await setUp(ADA)
    const client = await expiring(server, 5)
    box.mode = 'refuses'
    await server.cron()
    box.mode = 'accepts'
    await change(server, client)
    await crons(server, HOUR, 2)
    expect(box.mails).toEqual([])
    expect(await pendingOf(server)).toMatchObject({ reminders: 0, reminders_given_up: 0 })
  })

  it('of a secret made with remind: false', async () => {
    const { server, box } = await setUp(ADA)
    await expiring(server, 5, { remind: false })
    await crons(server, MINUTE, 2)
    expect(box.mails).toEqual([])
  })

  it('to an administrator who may only view', async () => {
    const { server, box } = await setUp()
    await addAdministrator(server, ADA, 'view')
    await expiring(server, 5)
    await server.cron()
    expect(box.mails).toEqual([])
  })
})

describe('a reminder is armed anew', () => {
  it('by a resume, and is not sent again by another', async () => {
    const { server, box } = await setUp(ADA)
    const client = await expiring(server, 5)
    await server.suspend(client)
    await server.cron()
    await server.resume(client)
    await server.cron()
    expect(box.mails).toHaveLength(1)
    await server.suspend(client)
    await server.resume(client)
    await crons(server, HOUR, 2)
    expect(box.mails).toHaveLength(1)
  })

  it('by a new secret, which has its own', async () => {
    const { server, box } = await setUp(ADA)
    const client = await expiring(server, 5)
    await server.cron()
    const path = `/clients/${client.id}/secrets`
    await server.adminOk('POST', path, { expires_on: dateIn(server, 8) })
    await crons(server, HOUR, 2)
    expect(box.mails.map(({ subject }) => subject)).toEqual([
      'The secret of "Nightly export" expires in 5 days',
      'The secret of "Nightly export" expires in 8 days',
    ])
  })

  it('by deleting the newer secret, where it had not been sent', async () => {
    const { server, box } = await setUp(ADA)
    const client = await expiring(server, 5)
    const path = `/clients/${client.id}/secrets`
    const newer = await server.adminOk('POST', path)
    await server.cron()
    expect(box.mails).toEqual([])
    await server.adminOk('DELETE', `${path}/${newer['secret_id']}`)
    await server.cron()
    expect(box.mails).toHaveLength(1)
  })

  it('for an administrator who is new, or gets manage or another address, and for no other', async () => {
    const { server, box } = await setUp(ADA)
    await expiring(server, 5)
    await server.cron()
    const id = await addAdministrator(server, BOB, 'view')
    await server.cron()
    expect(recipients(box)).toEqual([ADA])
    await server.adminOk('PATCH', `/administrators/${id}`, { access: 'manage' })
    await server.cron()
    expect(recipients(box)).toEqual([ADA, BOB])
    await server.adminOk('PATCH', `/administrators/${id}`, { email: 'bob@example.org' })
    await crons(server, HOUR, 2)
    expect(recipients(box)).toEqual([ADA, BOB, 'bob@example.org'])
  })

  it('not for one who was removed and comes back', async () => {
    const { server, box } = await setUp(ADA)
    const id = await addAdministrator(server, BOB)
    await expiring(server, 5)
    await server.cron()
    await server.adminOk('DELETE', `/administrators/${id}`)
    await server.cron()
    await addAdministrator(server, BOB)
    await crons(server, HOUR, 2)
    expect(recipients(box)).toEqual([ADA, BOB])
  })
})
