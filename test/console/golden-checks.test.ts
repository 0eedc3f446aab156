import { expect, it } from 'vitest'
import type { HealthDetail } from '../../src/actions/health/check-health.ts'
import type { Check, SetupFacts } from '../../src/console/setup/checks.ts'
import { everyCheck } from '../../src/console/setup/every-check.ts'
import { NO_POLICY } from '../support/policy.ts'
import { openBook } from '../support/golden/book.ts'
import { NOW } from './golden/scene.ts'

// Each line that Setup can show, in every state; a server in most of them is hard to come by.

const HEALTHY = {
  cron: { ranAt: NOW - 60, failed: [] },
  backlog: {
    denylistEntries: 0,
    reminders: 0,
    remindersGivenUp: 0,
    remindersUncertain: 0,
    lastMailError: null,
  },
  mailer: { name: 'smtp', missing: null },
  strangeKeys: [],
  auditLog: { verifiedAt: NOW - 600, verdict: { intact: true } },
  denylist: { databaseRestore: false, shut: false, pass: null },
  events: { webhook: null, pending: 0, oldestAt: null, failures: [], setAside: [] },
  closed: false,
  keys: [],
  gatesAnswer: null,
  streams: null,
} as unknown as HealthDetail

const FACTS: SetupFacts = {
  now: NOW,
  isLocal: false,
  issuer: 'https://auth.example',
  issuerGiven: true,
  health: { failing: [], missingMigrations: [], wrongSettings: [] },
  signInBy: { oidc: null, access: null, groups: null, wrong: { oidc: false, access: false } },
  settingProblems: [],
  reminders: { days: [14], recipients: [], unusedDays: null },
  policy: NO_POLICY,
  detail: HEALTHY,
  hasManager: true,
  hasBootstrap: false,
}

const BACKLOG = { reminders: 3, remindersGivenUp: 2, remindersUncertain: 1, lastMailError: 'no' }
const KEY = { name: 'PEPPER', orMore: false, uses: 4 } as const
const BROKEN = ['missing', 'altered', 'key_missing', 'truncated', 'not_anchored'] as const
const SENT = { webhook: { host: 'siem.example', format: 'plain' }, pending: 2 }

/** States by their names: what is different from a server where all is well. */
const FACTS_OF: Record<string, Partial<SetupFacts>> = {
  'all-is-well': {},
  'all-is-well-locally': { isLocal: true, hasBootstrap: true },
  'bindings-down': {
    health: { failing: ['d1', 'kv', 'signing_key'], missingMigrations: [], wrongSettings: [] },
    detail: null,
    hasManager: null,
  },
  'migrations-missing': {
    health: { failing: ['migrations'], missingMigrations: ['0001', '0002'], wrongSettings: [] },
  },
  'migrations-missing-locally': {
    isLocal: true,
    health: { failing: ['migrations'], missingMigrations: ['0001'], wrongSettings: [] },
  },
  'settings-wrong': {
    issuerGiven: false,
    hasManager: false,
    settingProblems: [
      { name: 'A', problem: 'A is wrong' },
      { name: 'B', problem: 'A is wrong' },
      { name: 'C', problem: 'C is wrong' },
    ],
  },
  'every-way-to-sign-in': {
    signInBy: {
      oidc: {},
      access: {},
      groups: { claim: 'groups' },
      wrong: { oidc: false, access: false },
    } as unknown as SetupFacts['signInBy'],
    reminders: { days: [30, 7, 0], recipients: ['a@example.com', 'b@example.com'], unusedDays: 90 },
    policy: { secretDays: 1, secretDaysMax: 30, allowed: ['secret'], requireDpop: true },
  },
  'nothing-is-allowed': { policy: { ...NO_POLICY, secretDaysMax: 1, allowed: [] } },
}

const DETAIL_OF: Record<string, object> = {
  'cron-never-ran': { cron: null },
  'cron-failed': { cron: { ranAt: NOW - 60, failed: ['reminders', 'keys'] } },
  'cron-almost-late': { cron: { ranAt: NOW - 300, failed: [] } },
  'cron-late': { cron: { ranAt: NOW - 301, failed: [] } },
  'mail-off': { mailer: { name: 'log', missing: null } },
  'mail-half-set-up': { mailer: { name: 'log', missing: 'MAIL_FROM' } },
  'mail-refused': { backlog: { ...HEALTHY.backlog, ...BACKLOG } },
  'reminders-waiting': { backlog: { ...HEALTHY.backlog, reminders: 3 } },
  'reminders-given-up': { backlog: { ...HEALTHY.backlog, remindersGivenUp: 2 } },
  'reminders-uncertain': { backlog: { ...HEALTHY.backlog, remindersUncertain: 1 } },
  'denylist-behind': { backlog: { ...HEALTHY.backlog, denylistEntries: 7 } },
  'log-not-verified': { auditLog: null },
  'database-restored': {
    denylist: { databaseRestore: true, shut: true, pass: { entries: 12 } },
  },
  'database-restored-before-the-pass': {
    denylist: { databaseRestore: true, shut: true, pass: null },
  },
  closed: { closed: true },
  'one-strange-key': { strangeKeys: ['a'] },
  'strange-keys': { strangeKeys: ['a', 'b'] },
  'key-versions': {
    keys: [
      { ...KEY, version: '1', isConfigured: false, isCurrent: false },
      { ...KEY, version: '2', isConfigured: false, isCurrent: false, orMore: true },
    ],
  },
  'older-key-versions': {
    keys: [
      { ...KEY, version: '1', isConfigured: true, isCurrent: false },
      { ...KEY, version: '2', isConfigured: true, isCurrent: false, uses: 0 },
      { ...KEY, version: '3', isConfigured: true, isCurrent: true },
    ],
  },
  'gates-answer': { gatesAnswer: true },
  'gates-do-not-answer': { gatesAnswer: false },
  'events-sent': { events: { ...HEALTHY.events, ...SENT, oldestAt: NOW - 3599 } },
  'events-late': { events: { ...HEALTHY.events, ...SENT, oldestAt: NOW - 3600 } },
  'events-failing': {
    events: {
      ...HEALTHY.events,
      ...SENT,
      oldestAt: NOW - 7200,
      failures: [{ detail: 'HTTP 500' }],
    },
  },
  'events-set-aside': { events: { ...HEALTHY.events, ...SENT, setAside: [{}, {}] } },
  'no-streams': { streams: { total: 0, ailing: [] } },
  'one-stream': { streams: { total: 1, ailing: [] } },
  'ailing-streams': {
    streams: {
      total: 3,
      ailing: [
        { clientId: 'client_1', status: 'paused', reason: 'as asked', failing: null },
        { clientId: 'client_2', status: 'disabled', reason: null, failing: null },
        { clientId: 'client_3', status: 'enabled', failing: { since: NOW - 7200, detail: 'no' } },
        { clientId: 'client_4', status: 'enabled', reason: null, failing: null },
      ],
    },
  },
  ...Object.fromEntries(
    BROKEN.map((why) => [
      `log-${why.replace('_', '-')}`,
      { auditLog: { verifiedAt: NOW - 60, verdict: { intact: false, brokenAt: 5, why } } },
    ]),
  ),
}

function textOf(facts: SetupFacts): string[] {
  return everyCheck(facts).flatMap(({ name, ok, means, mend = [], page }: Check) => [
    `${ok ? 'OK ' : '!! '} ${name}: ${means}`,
    ...mend.map((line) => `     $ ${line}`),
    ...(page ? [`     > ${page.label} ${page.path}`] : []),
  ])
}

it('every line of Setup is as it was accepted: all of a few states, and of others what is different', async () => {
  const book = openBook('console/setup-checks')
  for (const [name, facts] of Object.entries(FACTS_OF)) {
    await book.compare(name, `${textOf({ ...FACTS, ...facts }).join('\n')}\n`)
  }
  const usual = new Set(textOf(FACTS))
  const others = Object.entries(DETAIL_OF).flatMap(([name, changed]) => {
    const detail = { ...HEALTHY, ...changed }
    return [name, ...textOf({ ...FACTS, detail }).filter((line) => !usual.has(line)), '']
  })
  await book.compare('others', others.join('\n'))
  expect(await book.close()).toBe('')
})
