import type { ClaimedReminders } from '../../../src/domain/reminders.ts'
import { describe, expect, it } from 'vitest'
import { sendReminders } from '../../../src/actions/scheduled/send-reminders.ts'
import { Unavailable } from '../../../src/domain/errors.ts'
import type { Delivery, Mail } from '../../../src/domain/mail.ts'
import type { Reminder } from '../../../src/domain/reminder.ts'
import { DAY, HOUR, MINUTE } from '../../../src/domain/time.ts'
import { NOW } from '../../domain/arbitraries.ts'
import { memoryLedger } from '../memory.ts'

const ADA = { email: 'ada@example.com', administratorId: 'administrator_ada', isContact: false }
const BOB = { email: 'bob@example.com', administratorId: 'administrator_bob', isContact: false }
const BOUNDS = { messages: 5, reminders: 100, secrets: 300 }

const aReminder = (n: number): Reminder => ({
  clientId: `client_${n}`,
  clientName: 'Nightly export',
  kind: 'secret',
  credentialId: `secret_${n}`,
  hint: 'hint',
  description: '',
  createdAt: NOW - DAY,
  days: 14,
  expiresAt: NOW + DAY,
  lastUsedAt: null,
})
const TWO = [aReminder(1), aReminder(2)]

type Situation = {
  recipients?: (typeof ADA)[]
  /**
   * The reminders due for a recipient; their message has the claim's name unless it has another.
   */
  claimed?: Partial<ClaimedReminders> | null
  reminders?: Reminder[]
  delivery?: Delivery
  deduplicates?: boolean
}

/** Reminders and a mailer in memory, and all that was asked of both. */
function world(situation: Situation = {}) {
  const { recipients = [ADA], claimed = {}, reminders = TWO, deduplicates = false } = situation
  const { delivery = { outcome: 'accepted' } } = situation
  const ledger = memoryLedger()
  const asked: unknown[][] = []
  const noted: unknown[][] = []
  const mails: Mail[] = []
  const claims: string[] = []
  const deps = {
    ...ledger.deps,
    mailer: {
      name: 'webhook' as const,
      missing: null,
      deduplicates,
      send: async (mail: Mail) => {
        mails.push(mail)
        return delivery
      },
    },
    reminders: {
      plan: async (...of: unknown[]) => void asked.push(['plan', ...of]),
      recipients: async (...of: unknown[]) => {
        asked.push(['recipients', ...of])
        return recipients
      },
      claim: async (email: string, claim: string, now: number, limit: number) => {
        claims.push(claim)
        asked.push(['claim', email, now, limit])
        const first = { messageId: claim, attempts: 1, failingSince: null }
        return claimed && { ...first, ...claimed }
      },
      handOver: async (claim: string, now: number, repeatable: boolean) => {
        asked.push(['handOver', claims.indexOf(claim), now, repeatable])
        return reminders
      },
      failed: async (claim: string, failure: object) =>
        void noted.push(['failed', claims.indexOf(claim), failure]),
      isSent: async (_claim: string) => false,
      doubted: async (claim: string, detail: string) =>
        void noted.push(['doubted', claims.indexOf(claim), detail]),
      bringForward: async () => {},
      forget: async () => 0,
    },
  }
  return { ...ledger, deps, asked, noted, mails, claims }
}

/** Fails as often as it says, and then does as before. */
function failing<T extends unknown[], R>(work: (...of: T) => Promise<R>, times: number) {
  let left = times
  return (...of: T): Promise<R> =>
    left-- > 0 ? Promise.reject(new Unavailable('d1', 'no answer')) : work(...of)
}

const bug = () => Promise.reject(new TypeError('a bug'))

describe('a run', () => {
  it('plans, and sends each person one message of what is due, within its bounds', async () => {
    const { deps, asked, mails, claims } = world({ recipients: [ADA, BOB] })
    expect(await sendReminders(deps, BOUNDS)).toBe(2)
    expect(asked).toEqual([
      ['plan', NOW, 300],
      ['recipients', NOW, 5],
      ['claim', ADA.email, NOW, 100],
      ['handOver', 0, NOW, false],
      ['claim', BOB.email, NOW, 100],
      ['handOver', 1, NOW, false],
    ])
    const letter = { kind: 'reminder', reminders: TWO, reader: 'administrator', now: NOW }
    expect(mails).toEqual([
      { messageId: claims[0], to: ADA.email, letter },
      { messageId: claims[1], to: BOB.email, letter },
    ])
    expect(claims[0]).toMatch(/^[0-9A-Za-z]{22}$/)
  })

  it.each<[string, Situation]>([
    ['another run has it all', { claimed: null }],
    ['nothing of it is due any more', { reminders: [] }],
  ])('sends nothing where %s', async (_, situation) => {
    const { deps, mails, noted, commits } = world(situation)
    expect(await sendReminders(deps, BOUNDS)).toBe(1)
    expect([mails, noted, commits]).toEqual([[], [], []])
  })
})

describe('a message that was accepted', () => {
  it('is noted with an event for each secret, which names the administrator', async () => {
    const { deps, commits, events, claims, noted } = world()
    await sendReminders(deps, BOUNDS)
    const sent = { kind: 'reminders_sent', claim: claims[0], wasRepeated: false }
    expect(commits[0]?.writes).toEqual([{ ...sent, keys: ['secret_1', 'secret_2'] }])
    expect(events).toMatchObject(
      [1, 2].map((n) => ({
        action: 'reminder.sent',
        actor: { type: 'system', id: 'portcullis' },
        clientId: `client_${n}`,
        target: { type: 'secret', id: `secret_${n}` },
        changes: {
          recipient: { from: null, to: ADA.administratorId },
          days: { from: null, to: 14 },
        },
      })),
    )
    expect(noted).toEqual([])
  })

  it('goes out under its first id when it is handed over again, which is noted', async () => {
    const { deps, mails, commits } = world({ claimed: { messageId: 'first' }, deduplicates: true })
    await sendReminders(deps, BOUNDS)
    expect(mails[0]?.messageId).toBe('first')
    expect(commits[0]?.writes).toMatchObject([{ wasRepeated: true }])
  })

  it('is noted in the end where D1 does not answer three times', async () => {
    const { deps, commits, waits, mails } = world()
    deps.ledger.commit = failing(deps.ledger.commit, 3)
    await sendReminders(deps, BOUNDS)
    expect([commits.length, mails.length, waits]).toEqual([1, 1, [1, 2, 3]])
  })

  it('is left in doubt where D1 does not answer four times, and the run fails', async () => {
    const { deps, commits, waits, noted } = world()
    deps.ledger.commit = failing(deps.ledger.commit, 4)
    await expect(sendReminders(deps, BOUNDS)).rejects.toThrow(Unavailable)
    expect([commits, noted, waits]).toEqual([[], [], [1, 2, 3]])
  })

  it('is noted once where D1 committed it and the answer was lost', async () => {
    const { deps, commits, claims } = world()
    const { commit } = deps.ledger
    deps.ledger.commit = async (...of) => {
      await commit(...of)
      throw new Unavailable('d1', 'the answer was lost')
    }
    deps.reminders.isSent = async (claim) => claim === claims[0]
    await sendReminders(deps, BOUNDS)
    expect(commits).toHaveLength(1)
  })

  it('is not asked after where D1 answers at once', async () => {
    const { deps, commits } = world()
    deps.reminders.isSent = bug
    await sendReminders(deps, BOUNDS)
    expect(commits).toHaveLength(1)
  })

  it('is one try where there is a bug, which is told', async () => {
    const { deps, waits } = world()
    deps.ledger.commit = bug
    await expect(sendReminders(deps, BOUNDS)).rejects.toThrow('a bug')
    expect(waits).toEqual([])
  })
})

const REFUSED: Delivery = { outcome: 'refused', detail: 'over the daily limit' }
const UNKNOWN: Delivery = { outcome: 'unknown', detail: 'connection lost' }

describe('a message that was not accepted', () => {
  it('is a new one next time, after a while that grows with each attempt', async () => {
    const { deps, noted, commits } = world({ delivery: REFUSED, claimed: { attempts: 3 } })
    await sendReminders(deps, BOUNDS)
    const failure = { detail: 'over the daily limit', now: NOW, keepsMessage: false }
    expect(noted).toEqual([['failed', 0, { ...failure, dueAt: NOW + 4 * MINUTE }]])
    expect(commits).toEqual([])
  })

  it('is tried each six hours once it has failed for a day', async () => {
    const notedAfter = async (failingFor: number) => {
      const claimed = { attempts: 30, failingSince: NOW - failingFor }
      const { deps, noted } = world({ delivery: REFUSED, claimed })
      await sendReminders(deps, BOUNDS)
      return noted
    }
    expect(await notedAfter(DAY - 1)).toMatchObject([['failed', 0, { dueAt: NOW + HOUR }]])
    expect(await notedAfter(DAY)).toMatchObject([['failed', 0, { dueAt: NOW + 6 * HOUR }]])
  })

  it('is for good in doubt where its answer was lost and the provider takes all that it gets', async () => {
    const { deps, noted } = world({ delivery: UNKNOWN })
    await sendReminders(deps, BOUNDS)
    expect(noted).toEqual([['doubted', 0, 'connection lost']])
  })

  it('is the same message next time where its answer was lost, now or before', async () => {
    const now = world({ delivery: UNKNOWN, deduplicates: true })
    await sendReminders(now.deps, BOUNDS)
    expect(now.noted).toMatchObject([['failed', 0, { keepsMessage: true }]])
    expect(now.asked.at(-1)).toEqual(['handOver', 0, NOW, true])
    const claimed = { messageId: 'first' }
    const before = world({ delivery: REFUSED, claimed, deduplicates: true })
    await sendReminders(before.deps, BOUNDS)
    expect(before.noted).toMatchObject([['failed', 0, { keepsMessage: true }]])
  })

  it('is noted in the end where D1 does not answer at first', async () => {
    const { deps, noted, waits } = world({ delivery: UNKNOWN })
    deps.reminders.doubted = failing(deps.reminders.doubted, 2)
    await sendReminders(deps, BOUNDS)
    expect([noted.length, waits]).toEqual([1, [1, 2]])
  })
})

describe('a message that D1 did not note as handed over', () => {
  it('is not sent, is tried again later, and the run fails', async () => {
    const { deps, noted, mails } = world()
    deps.reminders.handOver = failing(deps.reminders.handOver, 1)
    await expect(sendReminders(deps, BOUNDS)).rejects.toThrow(Unavailable)
    const detail = 'the database did not answer before it was handed over'
    const failure = { detail, now: NOW, dueAt: NOW + MINUTE, keepsMessage: false }
    expect([noted, mails]).toEqual([[['failed', 0, failure]], []])
  })
})
