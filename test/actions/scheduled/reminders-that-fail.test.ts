import {
  ADA,
  LOSSES,
  setUp,
  addAdministrator,
  expiring,
  crons,
  newestSecret,
} from './reminder-setup.ts'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { HOUR, isoTime, MINUTE } from '../../../src/domain/time.ts'
import { testServer } from '../../support/server.ts'
import { FROM, NOON, pendingOf } from '../reminder-world.ts'

// Each injected fault is logged, as it should be, and says nothing here.
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe('a provider that refuses', () => {
  it('is asked again after 1, 2, 4 ... 60 minutes', async () => {
    const { server, box } = await setUp(ADA)
    const client = await expiring(server, 5)
    box.mode = 'refuses'
    await server.cron()
    await crons(server, MINUTE, 125)
    const minutes = box.handedOver.map((at) => (at - NOON) / MINUTE)
    expect(minutes).toEqual([0, 1, 3, 7, 15, 31, 63, 123])
    expect(await newestSecret(server, client)).toMatchObject({
      reminded_at: null,
      reminder_error: 'the EMAIL binding: over the daily limit',
    })
    expect(await pendingOf(server)).toMatchObject({ reminders: 1, reminders_given_up: 0 })
  })

  it('for 25 hours is shown as given up, asked each six hours, and delivers once when it is back', async () => {
    const { server, box } = await setUp(ADA)
    const client = await expiring(server, 5)
    box.mode = 'refuses'
    await server.cron()
    await crons(server, 20 * MINUTE, 75)
    expect(await newestSecret(server, client)).toMatchObject({
      reminded_at: null,
      reminder_error: 'the EMAIL binding: over the daily limit',
    })
    const shown = { reminders: 1, reminders_given_up: 1, reminders_uncertain: 0 }
    expect(await pendingOf(server)).toEqual({ denylist_entries: 0, ...shown })
    const before = box.handedOver.length
    await crons(server, 30 * MINUTE, 24)
    expect(box.handedOver.slice(before)).toHaveLength(2)
    box.mode = 'accepts'
    await crons(server, 30 * MINUTE, 24)
    expect(box.mails).toHaveLength(1)
    expect(await newestSecret(server, client)).not.toHaveProperty('reminder_error')
    const none = { reminders: 0, reminders_given_up: 0, reminders_uncertain: 0 }
    expect(await pendingOf(server)).toEqual({ denylist_entries: 0, ...none })
  })

  it.each(LOSSES)('is not: one that %s is never asked again, and it is shown', async (mode) => {
    const { server, box } = await setUp(ADA)
    const client = await expiring(server, 5)
    box.mode = mode
    await server.cron()
    box.mode = 'accepts'
    await crons(server, HOUR, 30)
    expect(box.handedOver).toHaveLength(1)
    expect(await newestSecret(server, client)).toMatchObject({
      reminded_at: null,
      reminder_error: 'the EMAIL binding: Network connection lost.',
    })
    expect(await pendingOf(server)).toMatchObject({ reminders: 0, reminders_uncertain: 1 })
  })
})

type Handed = { key: string; text: string }

const LOST = () => Promise.reject(new Error('Network connection lost.'))
const TAKEN = () => new Response(null, { status: 202 })

/** A server with a webhook that answers as `answer` says; what it was handed. */
async function withWebhook(answer: () => Response | Promise<Response>) {
  const handed: Handed[] = []
  vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
    const key = new Headers(init.headers).get('Idempotency-Key') ?? 'none'
    handed.push({ key, text: JSON.parse(init.body as string).text })
    return answer()
  })
  const webhook = {
    MAIL_WEBHOOK_URL: 'https://mail.example/send',
    MAIL_WEBHOOK_SECRET: 'a-secret-of-the-tests-that-protects-nothing',
  }
  const server = testServer({ now: NOON, env: { MAIL_FROM: FROM, ...webhook } })
  await addAdministrator(server, ADA)
  return { server, handed }
}

describe('a webhook that deduplicates', () => {
  it('gets the message of which it lost the answer again, under the same key', async () => {
    let answer: () => Response | Promise<Response> = LOST
    const { server, handed } = await withWebhook(() => answer())
    const client = await expiring(server, 5)
    await server.cron()
    answer = TAKEN
    await crons(server, HOUR, 3)
    expect(handed.map(({ key }) => key)).toEqual([handed[0]?.key, handed[0]?.key])
    expect(await newestSecret(server, client)).toMatchObject({ reminded_at: isoTime(NOON + HOUR) })
  })

  it('gets it under the same key when it was out of order in between', async () => {
    const answers = [LOST, () => new Response(null, { status: 503 })]
    const { server, handed } = await withWebhook(() => (answers.shift() ?? TAKEN)())
    await expiring(server, 5)
    await server.cron()
    await crons(server, HOUR, 4)
    expect(handed).toHaveLength(3)
    expect(new Set(handed.map(({ key }) => key)).size).toBe(1)
  })

  it('drops no client unseen that was suspended while its message was in doubt', async () => {
    let answer: () => Response | Promise<Response> = LOST
    const { server, handed } = await withWebhook(() => answer())
    const [client, other] = [await expiring(server, 5), await expiring(server, 6)]
    await server.cron()
    await server.suspend(client)
    answer = TAKEN
    await crons(server, HOUR, 2)
    expect(handed.at(-1)?.text).toContain(other.id)
    expect(handed.at(-1)?.text).not.toContain(client.id)
    await server.resume(client)
    await crons(server, HOUR, 2)
    // The first message may have arrived or not; the second says nothing of this client.
    const isSentAgain = handed.slice(1).some(({ text }) => text.includes(client.id))
    const isShown = (await newestSecret(server, client))['reminder_error'] !== undefined
    expect(isSentAgain || isShown).toBe(true)
  })
})
