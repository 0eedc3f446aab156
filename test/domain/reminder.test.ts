import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GIVEN_UP_AFTER, retryIn } from '../../src/domain/reminder.ts'
import { newestToRemindOf, secretToRemindOf } from '../support/reminders.ts'
import { DAY, HOUR, MINUTE, endOfDay } from '../../src/domain/time.ts'
import { aClient, aPublicKey, aSecret, NOW, RUNS } from './arbitraries.ts'

/** The longest time left in which 14 days before have come. */
const LEAD = endOfDay(NOW + 14 * DAY) - NOW
const DAYS = [14]
const ending = (at: number) => aSecret({ expiresAt: at })
const due = (secrets = [ending(NOW + DAY)], fields = {}) =>
  secretToRemindOf(aClient({ secrets, ...fields }), NOW, DAYS)?.secretId ?? null

describe('a reminder is due', () => {
  it('of the newest secret alone, from the lead on and until its end', () => {
    expect(due([ending(NOW + LEAD + 1)])).toBeNull()
    expect(due([ending(NOW + LEAD)])).toBe('secret_1')
    expect(due([ending(NOW + 1)])).toBe('secret_1')
    expect(due([ending(NOW)])).toBeNull()
    const newer = aSecret({ secretId: 'secret_2' })
    expect(due([ending(NOW + DAY), newer])).toBeNull()
    expect(due([newer, ending(NOW + DAY)])).toBe('secret_1')
  })

  it('of no client that is suspended or has no secret', () => {
    expect(due(undefined, { suspension: { at: NOW, reason: null } })).toBeNull()
    expect(due([])).toBeNull()
  })

  it('of no secret that retires or was to be left alone', () => {
    expect(due([aSecret({ expiresAt: NOW + DAY, retiresAt: NOW + 1 })])).toBeNull()
    expect(due([aSecret({ expiresAt: NOW + DAY, remind: false })])).toBeNull()
  })

  it('of the newest that still exists, once a newer one has retired', () => {
    const vanished = aSecret({ secretId: 'secret_2', retiresAt: NOW })
    expect(due([ending(NOW + DAY), vanished])).toBe('secret_1')
  })
})

describe('a reminder of a public key is due', () => {
  const endingKey = (expiresAt: number | null) => aPublicKey({ keyId: 'ending', expiresAt })
  const dueKey = (publicKeys = [endingKey(NOW + DAY)], fields = {}) =>
    newestToRemindOf(publicKeys, aClient(fields), NOW, DAYS)?.keyId ?? null

  it('of the newest alone, from the lead on and until its end, whatever secrets there are', () => {
    const ends = [LEAD + 1, LEAD, 1, 0].map((left) => dueKey([endingKey(NOW + left)]))
    expect(ends).toEqual([null, 'ending', 'ending', null])
    const newer = aPublicKey({ keyId: 'newer', expiresAt: NOW + 90 * DAY })
    expect(dueKey([endingKey(NOW + DAY), newer])).toBeNull()
    expect(dueKey([newer, endingKey(NOW + DAY)])).toBe('ending')
    expect(dueKey(undefined, { secrets: [aSecret({ secretId: 'newer' })] })).toBe('ending')
  })

  it('of none that does not expire, that was to be left alone, or whose client is suspended', () => {
    expect(dueKey([endingKey(null)])).toBeNull()
    expect(dueKey([endingKey(NOW + DAY), aPublicKey()])).toBeNull()
    expect(dueKey([aPublicKey({ expiresAt: NOW + DAY, remind: false })])).toBeNull()
    expect(dueKey(undefined, { suspension: { at: NOW, reason: null } })).toBeNull()
    expect(dueKey([])).toBeNull()
  })
})

describe('what failed is tried again', () => {
  it('after a minute, then after twice as long each time, and after an hour at most', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 50].map((attempts) => retryIn(attempts, 0))
    expect(waits.map((wait) => wait / MINUTE)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60])
    expect(retryIn(0, 0)).toBe(MINUTE)
  })

  it('every six hours once it has failed for a day', () => {
    expect(GIVEN_UP_AFTER).toBe(DAY)
    expect(retryIn(1, DAY - 1)).toBe(MINUTE)
    expect(retryIn(1, DAY)).toBe(6 * HOUR)
    expect(retryIn(50, 30 * DAY)).toBe(6 * HOUR)
  })

  it('never sooner than before', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(2 * DAY), fc.nat(DAY), (attempts, failing, more) => {
        const next = retryIn(attempts + 1, failing + more)
        expect(next).toBeGreaterThanOrEqual(retryIn(attempts, failing))
      }),
      RUNS,
    )
  })
})
