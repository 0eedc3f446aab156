import { describe, expect, it } from 'vitest'
import {
  type HealthFacts,
  isAtLeast,
  LEVELS,
  levelOf,
  problemsOf,
} from '../../src/domain/health.ts'
import { DAY, HOUR, MINUTE } from '../../src/domain/time.ts'
import { NOW } from './arbitraries.ts'

const WELL: HealthFacts = {
  now: NOW,
  cron: { ranAt: NOW - 30, failing: {} },
  begunAt: NOW - DAY,
  denylist: { entries: 0, oldestAge: null, emptiedAt: null },
  reminders: { failingSince: null, uncertain: 0 },
  events: { pending: 0, oldestAt: null, setAside: 0 },
  auditLog: { verifiedAt: NOW - DAY, brokenAt: null },
  clockAhead: 2,
  newestEventAt: NOW - 1,
  database: { bytes: 5_000_000, limit: 500_000_000 },
  strangeKeys: 0,
  databaseRestore: null,
  closed: false,
  held: { clients: 0, since: null },
  wrongSecretsToday: 12,
  guessesToday: 99,
  suspendedTrying: 0,
  wrongSettings: [],
  gatesAnswer: null,
  knownSince: {},
}

/** Each problem as `name level`, with these facts in place of those of a server that is well. */
const found = (facts: Partial<HealthFacts>) =>
  problemsOf({ ...WELL, ...facts }).map(({ name, level }) => `${name} ${level}`)

const ran = (ago: number) => ({ cron: { ranAt: NOW - ago, failing: {} } })
const waiting = (oldestAge: number | null) => ({
  denylist: { entries: 3, oldestAge, emptiedAt: null },
})
const full = (share: number) => ({ database: { bytes: share * 1000, limit: 1000 } })

describe('a server', () => {
  it('is well where nothing is wrong, and where nothing has happened yet', () => {
    expect(found({})).toEqual([])
    const fresh = { cron: null, begunAt: null, auditLog: null, newestEventAt: null }
    expect(found(fresh)).toEqual([])
    expect(levelOf([])).toBe('ok')
  })

  it.each<[string, Partial<HealthFacts>, string[]]>([
    ['a cron that is late', ran(5 * MINUTE - 1), []],
    ['a cron that stopped', ran(5 * MINUTE), ['cron_stopped degraded']],
    ['a cron that has stopped for long', ran(30 * MINUTE), ['cron_stopped failing']],
    ['a cron that never ran', { cron: null, begunAt: NOW - HOUR }, ['cron_stopped failing']],
    ['entries that wait a little', waiting(5 * MINUTE - 1), []],
    ['entries that wait', waiting(5 * MINUTE), ['denylist_behind degraded']],
    ['entries that wait for long', waiting(30 * MINUTE), ['denylist_behind failing']],
    ['entries of an earlier release', waiting(null), []],
    [
      'a KV that lost all, until it knows all again',
      { denylist: { entries: 1, oldestAge: 0, emptiedAt: NOW - 60 } },
      ['kv_emptied failing'],
    ],
    [
      'a KV that knows all again',
      { denylist: { entries: 0, oldestAge: null, emptiedAt: NOW - 60 } },
      [],
    ],
    [
      'mails that fail',
      { reminders: { failingSince: NOW - HOUR, uncertain: 0 } },
      ['reminders_failing degraded'],
    ],
    [
      'mails that have failed for a day',
      { reminders: { failingSince: NOW - DAY, uncertain: 1 } },
      ['reminders_failing failing', 'reminders_uncertain degraded'],
    ],
    [
      'events that wait for an hour',
      { events: { pending: 3, oldestAt: NOW - HOUR, setAside: 0 } },
      ['events_behind degraded'],
    ],
    [
      'events that wait for a day, and one set aside',
      { events: { pending: 3, oldestAt: NOW - DAY, setAside: 1 } },
      ['events_behind failing', 'events_set_aside degraded'],
    ],
    [
      'a log that is broken',
      { auditLog: { verifiedAt: NOW - 60, brokenAt: 7 } },
      ['audit_log_broken failing'],
    ],
    [
      'a log that nobody verified for days',
      { auditLog: { verifiedAt: NOW - 3 * DAY, brokenAt: null } },
      ['audit_log_unverified degraded'],
    ],
    ['a clock a year ahead', { clockAhead: 365 * DAY }, ['clock_wrong failing']],
    ['a clock that is late', { clockAhead: -301 }, ['clock_wrong failing']],
    ['a clock that the host brings', { clockAhead: null }, []],
    [
      'a log from a clock that was ahead',
      { newestEventAt: NOW + 5 * MINUTE + 1 },
      ['clock_wrong failing'],
    ],
    ['a database with room', full(0.79), []],
    ['a database that fills', full(0.8), ['database_nearly_full degraded']],
    ['a database that is all but full', full(0.95), ['database_nearly_full failing']],
    ['a database of which nobody knows', { database: { bytes: null, limit: 1 } }, []],
    ['keys of somebody else', { strangeKeys: 1 }, ['signing_keys_not_ours failing']],
    ['a restore', { databaseRestore: { since: NOW, isShut: true } }, ['shut failing']],
    [
      'a restore that is not accepted',
      { databaseRestore: { since: NOW, isShut: false } },
      ['taken_back failing'],
    ],
    ['maintenance', { closed: true }, ['closed degraded']],
    [
      'clients that are held',
      { held: { clients: 2, since: NOW - DAY } },
      ['clients_held degraded'],
    ],
    ['a guesser', { wrongSecretsToday: 1000 }, ['many_wrong_secrets degraded']],
    ['a guesser of the bootstrap token', { guessesToday: 100 }, ['many_guesses degraded']],
    ['who is suspended and tries', { suspendedTrying: 1 }, ['suspended_clients_trying degraded']],
    ['gates out of reach', { gatesAnswer: false }, ['gates_out_of_reach degraded']],
    ['gates that answer', { gatesAnswer: true }, []],
    ['a wrong setting', { wrongSettings: ['OIDC_ISSUER'] }, ['settings_wrong degraded']],
    [
      'a wrong setting that turns clients away',
      { wrongSettings: ['OIDC_ISSUER', 'REQUIRE_DPOP'] },
      ['settings_wrong failing'],
    ],
  ])('with %s', (_, facts, problems) => {
    expect(found(facts)).toEqual(problems)
  })

  it('whose cron fails at a step is in more of a hurry where tokens hang on it', () => {
    const failing = (step: string, ago: number) =>
      problemsOf({ ...WELL, cron: { ranAt: NOW, failing: { [step]: NOW - ago } } })
    const name = 'cron_failing'
    const urgent = ['anchor', 'hold', 'denylist', 'signing_keys', 'keys']
    for (const [step, patience] of [
      ...urgent.map((step) => [step, 15 * MINUTE] as const),
      ['reminders', DAY] as const,
    ]) {
      const since = NOW - patience + 1
      const degraded = [{ name, level: 'degraded', since, detail: step }]
      expect(failing(step, patience - 1)).toEqual(degraded)
      expect(failing(step, patience)).toMatchObject([{ name, level: 'failing', detail: step }])
    }
  })

  it('says how full its database is, and how far a clock is off', () => {
    const details = (facts: Partial<HealthFacts>) =>
      problemsOf({ ...WELL, ...facts }).map(({ detail }) => detail)
    expect(details(full(0.912))).toEqual(['91%'])
    expect(details({ clockAhead: -301 })).toEqual(['-301 seconds ahead of the database'])
    const newestEventAt = NOW + 400
    expect(details({ newestEventAt })).toEqual(['the newest event is 400 seconds ahead'])
  })

  it('stands as its worst problem says, which comes first', () => {
    const problems = problemsOf({ ...WELL, closed: true, strangeKeys: 1 })
    expect(problems.map(({ name }) => name)).toEqual(['signing_keys_not_ours', 'closed'])
    expect(levelOf(problems)).toBe('failing')
    expect(levelOf(problems.slice(1))).toBe('degraded')
  })
})

it('has levels in the order of how bad they are', () => {
  for (const [i, level] of LEVELS.entries()) {
    expect(LEVELS.map((other) => isAtLeast(level, other))).toEqual(LEVELS.map((_, n) => n <= i))
  }
})
