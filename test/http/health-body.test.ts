import { expect, it } from 'vitest'
import type { HealthDetail } from '../../src/actions/health/check-health.ts'
import { healthDetailBody } from '../../src/http/health-body.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const times = (n: number) => `2026-11-22T12:0${n}:00Z`
const at = (n: number) => NOON + 60 * n

const NOTHING = {
  cron: null,
  backlog: {
    denylistEntries: 0,
    reminders: 0,
    remindersGivenUp: 0,
    remindersUncertain: 0,
    lastMailError: null,
    heldClients: 0,
    refusedToday: {},
    suspendedTrying: [],
    databaseBytes: null,
  },
  mailer: { name: 'none', missing: 'MAIL_FROM' },
  signingKey: null,
  standby: null,
  strangeKeys: [],
  auditLog: null,
  denylist: { pass: null, anchors: null, emptiedAt: null, databaseRestore: false, shut: false },
  events: { webhook: null },
  closed: false,
  keys: [],
  settings: [],
  issuerGiven: false,
  problems: [],
  databaseLimit: 1000,
  gatesAnswer: null,
  streams: null,
} as unknown as HealthDetail

const NOTHING_SHOWN = {
  problems: [],
  cron: null,
  pending: { denylist_entries: 0, reminders: 0, reminders_given_up: 0, reminders_uncertain: 0 },
  mail: { mailer: 'none', missing: 'MAIL_FROM', last_error: null },
  events: null,
  security_event_streams: null,
  signing_key: null,
  standby_key: null,
  signing_keys_not_ours: [],
  audit_log: null,
  denylist_pass: null,
  anchors: null,
  kv_emptied_at: null,
  taken_back: false,
  shut: false,
  closed: false,
  keys: [],
  settings: [],
  issuer_configured: false,
  gates_answer: null,
  clients_held: 0,
  database: { bytes: null, limit: 1000 },
  refused_today: {},
  suspended_clients_trying: [],
}

it('health of a server of which nothing is known yet', () => {
  expect(healthDetailBody(NOTHING, NOON)).toEqual(NOTHING_SHOWN)
})

const KEY = { kid: 'kid_1', activatesAt: at(1), createdAt: at(0) }
const EVENTS = { webhook: {}, pending: 3, oldestAt: at(1), failingSince: at(2) }

/** Each part of the health as it is found, and as it is told at 12:05. */
const PARTS: [what: string, found: object, shown: object][] = [
  [
    'problems',
    {
      problems: [
        { name: 'cron_stopped', level: 'failing', since: at(1), detail: 'x' },
        { name: 'closed', level: 'degraded', since: null, detail: null },
        { name: 'closed', level: 'degraded', since: at(9), detail: null },
      ],
    },
    {
      problems: [
        {
          problem: 'cron_stopped',
          level: 'failing',
          since: times(1),
          age_seconds: 240,
          detail: 'x',
        },
        { problem: 'closed', level: 'degraded', since: null, age_seconds: null, detail: null },
        // A clock that was ahead.
        { problem: 'closed', level: 'degraded', since: times(9), age_seconds: 0, detail: null },
      ],
    },
  ],
  [
    'the cron',
    { cron: { ranAt: at(4), failed: ['reminders'] } },
    { cron: { last_run_at: times(4), failed: ['reminders'] } },
  ],
  [
    'what waits',
    {
      backlog: {
        denylistEntries: 1,
        reminders: 2,
        remindersGivenUp: 3,
        remindersUncertain: 4,
        lastMailError: 'full',
        heldClients: 5,
        refusedToday: { suspended: 6 },
        suspendedTrying: [{ clientId: 'client_1', count: 7 }],
        databaseBytes: 8,
      },
      mailer: { name: 'smtp', missing: null },
    },
    {
      pending: { denylist_entries: 1, reminders: 2, reminders_given_up: 3, reminders_uncertain: 4 },
      mail: { mailer: 'smtp', missing: null, last_error: 'full' },
      clients_held: 5,
      refused_today: { suspended: 6 },
      suspended_clients_trying: [{ client_id: 'client_1', count: 7 }],
      database: { bytes: 8, limit: 1000 },
    },
  ],
  [
    'events that fail',
    {
      events: {
        ...EVENTS,
        failures: [{ detail: 'status 500' }, { detail: 'older' }],
        setAside: [{}, {}],
      },
    },
    { events: { pending: 3, oldest_age_seconds: 240, set_aside: 2, last_error: 'status 500' } },
  ],
  [
    'events that fail, nobody knows why',
    { events: { ...EVENTS, oldestAt: at(9), failures: [], setAside: [] } },
    { events: { pending: 3, oldest_age_seconds: 0, set_aside: 0, last_error: null } },
  ],
  [
    'events that failed once',
    {
      events: {
        ...EVENTS,
        oldestAt: null,
        failingSince: null,
        failures: [{ detail: 'status 500' }],
        setAside: [],
      },
    },
    { events: { pending: 3, oldest_age_seconds: null, set_aside: 0, last_error: null } },
  ],
  [
    'streams of security events',
    {
      streams: {
        total: 9,
        ailing: [
          {
            clientId: 'client_1',
            status: 'enabled',
            failing: { since: at(1), detail: 'no answer' },
          },
          { clientId: 'client_2', status: 'paused', failing: null },
        ],
      },
    },
    {
      security_event_streams: {
        total: 9,
        ailing: [
          {
            client_id: 'client_1',
            status: 'enabled',
            failing_since: times(1),
            last_error: 'no answer',
          },
          { client_id: 'client_2', status: 'paused', failing_since: null, last_error: null },
        ],
      },
    },
  ],
  [
    'keys that sign',
    {
      signingKey: KEY,
      standby: { key: KEY, usableFrom: at(2), triedAt: at(3), discarded: ['kid_0'] },
      strangeKeys: ['kid_x'],
    },
    {
      signing_key: { kid: 'kid_1', active_since: times(1), age_seconds: 240 },
      standby_key: {
        kid: 'kid_1',
        published_since: times(0),
        usable_from: times(2),
        tried_at: times(3),
        discarded: ['kid_0'],
      },
      signing_keys_not_ours: ['kid_x'],
    },
  ],
  [
    'the audit log',
    { auditLog: { verifiedAt: at(3), verdict: { intact: false } } },
    { audit_log: { verified_at: times(3), intact: false } },
  ],
  [
    'the denylist',
    {
      denylist: {
        pass: { began: at(1), entries: 2, held: 3, done: true },
        anchors: { newestAt: at(2), unreadable: 4 },
        emptiedAt: at(3),
        databaseRestore: true,
        shut: true,
      },
    },
    {
      denylist_pass: { began_at: times(1), entries: 2, held: 3, done: true },
      anchors: { newest_at: times(2), age_seconds: 180, unreadable: 4 },
      kv_emptied_at: times(3),
      taken_back: true,
      shut: true,
    },
  ],
  [
    'anchors of which none can be read',
    { denylist: { ...NOTHING.denylist, anchors: { newestAt: null, unreadable: 4 } } },
    { anchors: { newest_at: null, age_seconds: null, unreadable: 4 } },
  ],
  [
    'an anchor by a clock that was ahead',
    { denylist: { ...NOTHING.denylist, anchors: { newestAt: at(9), unreadable: 0 } } },
    { anchors: { newest_at: times(9), age_seconds: 0, unreadable: 0 } },
  ],
  [
    'keys and settings',
    {
      keys: [
        {
          name: 'PEPPER',
          version: '2',
          isConfigured: true,
          isCurrent: false,
          uses: 9,
          orMore: true,
        },
      ],
      settings: [{ name: 'MAIL_FROM', problem: 'is no address' }],
      issuerGiven: true,
      gatesAnswer: false,
      closed: true,
    },
    {
      keys: [
        {
          name: 'PEPPER',
          version: '2',
          configured: true,
          current: false,
          in_use: 9,
          or_more: true,
        },
      ],
      settings: [{ name: 'MAIL_FROM', problem: 'is no address' }],
      issuer_configured: true,
      gates_answer: false,
      closed: true,
    },
  ],
]

it.each(PARTS)('health tells of %s', (_, found, shown) => {
  expect(healthDetailBody({ ...NOTHING, ...found }, at(5))).toEqual({ ...NOTHING_SHOWN, ...shown })
})
