import type { Backlog } from '../../../src/domain/backlog.ts'
import type { JobState } from '../../../src/domain/job.ts'
import { describe, expect, it } from 'vitest'
import { checkHealth, describeHealth } from '../../../src/actions/health/check-health.ts'
import { Unavailable } from '../../../src/domain/errors.ts'
import { useInWords, type VersionUse } from '../../../src/domain/key-use.ts'
import type { SettingProblem } from '../../../src/domain/setting.ts'
import { NEVER, type SigningKey } from '../../../src/domain/signing-key.ts'
import { DAY } from '../../../src/domain/time.ts'
import { NOW } from '../../domain/arbitraries.ts'
import { memoryAnchors, memoryLedger, QUIET } from '../memory.ts'

const KEY: SigningKey = {
  kid: 'key_1',
  algorithm: 'ES256',
  publicJwk: '{}',
  wrappedKey: '1.wrapped',
  createdAt: NOW,
  activatesAt: NOW,
  retiresAt: null,
  revokedAt: null,
}
const BACKLOG: Backlog = {
  ...QUIET,
  denylistEntries: 1,
  oldestEntryAge: 1,
  reminders: 2,
  remindersGivenUp: 3,
  remindersUncertain: 4,
  databaseBytes: 1_000_000,
}

type Fields = {
  jobStates?: Record<string, JobState>
  keys?: SigningKey[]
  strange?: SigningKey[]
  missing?: string[]
  uses?: VersionUse[]
}

/** A server of which everything answers, but for what `fields` says. */
function aServer(fields: Fields = {}) {
  const loaded: string[] = []
  const asked: number[] = []
  const { kept, noted, ...ports } = memoryAnchors()
  for (const [name, jobState] of Object.entries(fields.jobStates ?? {})) noted.set(name, jobState)
  const ledger = memoryLedger()
  const deps = {
    probes: {
      missingMigrations: async () => fields.missing ?? [],
      denylist: async () => {},
      backlog: async (now: number) => {
        asked.push(now)
        return BACKLOG
      },
    },
    signingKeys: { all: async () => fields.keys ?? [KEY] },
    strangeKeys: {
      all: async () => fields.strange ?? [],
      published: async () => fields.strange ?? [],
    },
    signer: {
      sign: async () => '',
      signList: async () => '',
      load: async (kid: string) => void loaded.push(kid),
    },
    algorithm: 'ES256' as const,
    ...ledger.deps,
    gates: null,
    ...ports,
    auditEvents: ledger.auditEvents,
    mailer: {
      name: 'smtp' as const,
      missing: 'MAIL_FROM',
      deduplicates: false,
      send: () => Promise.reject(new Error('no mail is sent here')),
    },
    eventsWebhook: null,
    securityEvents: null,
    closed: false,
    databaseLimit: 1_000_000_000,
    hasOwnClock: false,
    signingKeyLead: DAY,
    keyChecks: { ask: async () => {}, confirm: async () => {} },
    issuerGiven: true,
    settingProblems: [] as SettingProblem[],
    keyUses: { count: async () => fields.uses ?? [] },
    keyVersions: [
      { name: 'PEPPER' as const, versions: ['2'] },
      { name: 'WRAPPING_KEY' as const, versions: ['2', '1'] },
    ],
  }
  return { deps, loaded, asked, kept, ledger }
}

const WELL = { failing: [], missingMigrations: [], wrongSettings: [] }

const NONE = { uses: 0, orMore: false }

const fails = (reason: unknown) => () => Promise.reject(reason)

describe('the health of a server', () => {
  it('is good when D1, KV and the key that signs answer', async () => {
    const { deps, loaded } = aServer()
    expect(await checkHealth(deps)).toEqual(WELL)
    expect(loaded).toEqual(['key_1'])
  })

  it('is good before anything was signed, when there is no key', async () => {
    const { deps, loaded } = aServer({ keys: [] })
    expect(await checkHealth(deps)).toEqual(WELL)
    expect(loaded).toEqual([])
  })

  it('names each that does not answer, once', async () => {
    const { deps } = aServer()
    deps.keyChecks.ask = fails(new Unavailable('d1', 'down'))
    deps.probes.denylist = fails(new Unavailable('kv', 'down'))
    deps.signingKeys.all = fails(new Unavailable('d1', 'down'))
    expect(await checkHealth(deps)).toEqual({ ...WELL, failing: ['d1', 'kv'] })
    const { deps: other } = aServer()
    other.signer.load = fails(new Unavailable('signing_key', 'wrapped otherwise'))
    expect((await checkHealth(other)).failing).toEqual(['signing_key'])
  })

  it('names the migrations that are missing, whatever else fails for want of them', async () => {
    const { deps } = aServer({ missing: ['0003_more'] })
    const lacking = { ...WELL, failing: ['migrations'], missingMigrations: ['0003_more'] }
    expect(await checkHealth(deps)).toEqual(lacking)
    deps.signingKeys.all = fails(new Unavailable('migrations', 'no such table'))
    expect(await checkHealth(deps)).toEqual(lacking)
  })

  it('names the settings that are not those of the database', async () => {
    const { deps } = aServer()
    deps.keyChecks.ask = fails(new Unavailable('configuration', 'PEPPER 1 is another', ['PEPPER']))
    const ill = { ...WELL, failing: ['configuration'], wrongSettings: ['PEPPER'] }
    expect(await checkHealth(deps)).toEqual(ill)
  })

  it('is not told where something failed that nobody named', async () => {
    const { deps } = aServer()
    deps.probes.denylist = fails(new TypeError('a bug'))
    await expect(checkHealth(deps)).rejects.toThrow('a bug')
  })
})

describe('the detail of a server’s health', () => {
  it('of a new server says that nothing has run yet', async () => {
    const { deps, asked } = aServer({ keys: [] })
    expect(await describeHealth(deps)).toEqual({
      cron: null,
      gatesAnswer: null,
      streams: null,
      backlog: BACKLOG,
      mailer: { name: 'smtp', missing: 'MAIL_FROM' },
      events: {
        webhook: null,
        begunAt: null,
        pending: 0,
        oldestAt: null,
        failingSince: null,
        retryAt: null,
        failures: [],
        setAside: [],
      },
      signingKey: null,
      standby: null,
      strangeKeys: [],
      auditLog: null,
      denylist: {
        databaseRestore: false,
        shut: false,
        pass: null,
        anchors: { newestAt: null, unreadable: 0 },
        emptiedAt: null,
      },
      closed: false,
      keys: [
        { name: 'PEPPER', version: '2', ...NONE, isConfigured: true, isCurrent: true },
        { name: 'WRAPPING_KEY', version: '2', ...NONE, isConfigured: true, isCurrent: true },
        { name: 'WRAPPING_KEY', version: '1', ...NONE, isConfigured: true, isCurrent: false },
      ],
      settings: [],
      issuerGiven: true,
      problems: [{ name: 'reminders_uncertain', level: 'degraded', since: null, detail: '4' }],
      databaseLimit: 1_000_000_000,
    })
    expect(asked).toEqual([NOW])
  })

  it('says of each version of a key what stands on it, and whether it is there', async () => {
    const uses: VersionUse[] = [{ name: 'PEPPER', version: '1', uses: 100, orMore: true }]
    const theirs = { ...KEY, kid: 'theirs', wrappedKey: '0.wrapped' }
    const odd = { ...KEY, kid: 'odd', wrappedKey: 'no version.wrapped' }
    const over = { ...KEY, kid: 'over', wrappedKey: '00.wrapped', revokedAt: NOW }
    const { deps } = aServer({ uses, strange: [theirs, odd, over] })
    const { keys } = await describeHealth(deps)
    expect(keys.map((use) => [useInWords(use), use.isConfigured, use.isCurrent])).toEqual([
      ['PEPPER 2: 0 live credentials or issuers', true, true],
      ['PEPPER 1: 100 or more live credentials or issuers', false, false],
      ['WRAPPING_KEY 2: 0 published signing keys', true, true],
      ['WRAPPING_KEY 1: 1 published signing key', true, false],
      ['WRAPPING_KEY 0: 1 published signing key', false, false],
    ])
  })

  it('names the standby, since when it is published, and what its last trial found', async () => {
    const standby = { ...KEY, kid: 'key_2', createdAt: NOW - 60, activatesAt: NEVER }
    const { deps } = aServer({ keys: [KEY, standby] })
    const usableFrom = NOW - 60 + DAY + 300
    const said = { key: standby, usableFrom, triedAt: NOW - 60, discarded: [] }
    expect((await describeHealth(deps)).standby).toEqual(said)
    const position = { discarded: ['key_bad'] }
    const tried = aServer({
      keys: [KEY, standby],
      jobStates: { key_trial: { ranAt: NOW - 5, position } },
    })
    const later = { ...said, triedAt: NOW - 5, ...position }
    expect((await describeHealth(tried.deps)).standby).toEqual(later)
  })

  it('names the rows that would be keys and are not ours, though no key is', async () => {
    const { deps } = aServer({ strange: [{ ...KEY, kid: 'theirs' }] })
    expect(await describeHealth(deps)).toMatchObject({ signingKey: KEY, strangeKeys: ['theirs'] })
    deps.signingKeys.all = fails(new Unavailable('signing_key', 'none is ours'))
    expect(await describeHealth(deps)).toMatchObject({ signingKey: null, strangeKeys: ['theirs'] })
    deps.signingKeys.all = fails(new Unavailable('d1', 'down'))
    await expect(describeHealth(deps)).rejects.toThrow('down')
  })

  it('says when the cron ran and what failed, and what the log was found to be', async () => {
    const verdict = { intact: true, complete: true }
    const { deps } = aServer({
      jobStates: {
        run: { ranAt: NOW - 60, position: ['reminders'] },
        verdict: { ranAt: NOW - 3600, position: verdict },
      },
    })
    expect(await describeHealth({ ...deps, closed: true, issuerGiven: false })).toMatchObject({
      cron: { ranAt: NOW - 60, failed: ['reminders'] },
      signingKey: KEY,
      auditLog: { verifiedAt: NOW - 3600, verdict },
      closed: true,
      issuerGiven: false,
    })
  })
})

describe('what health tells of the denylist', () => {
  const at = (ago: number, position: unknown = null): JobState => ({ ranAt: NOW - ago, position })
  const healthWith = async (jobStates: Record<string, JobState>) =>
    (await describeHealth(aServer({ jobStates }).deps)).denylist

  it('is how far a pass is, while one is awaited that has seen all', async () => {
    const hold = at(30, { cursor: 'x', entries: 1000, held: 7 })
    const hold_done = at(90, { cursor: null, entries: 1500, held: 2 })
    const taken_back = at(120, 'shut')
    const shut = { databaseRestore: true, shut: true }
    const underWay = { began: NOW - 30, entries: 1000, held: 7, done: false }
    expect(await healthWith({ taken_back, hold, hold_done })).toMatchObject({
      ...shut,
      pass: underWay,
    })
    const done = { began: NOW - 90, entries: 1500, held: 2 }
    expect(await healthWith({ taken_back, hold_done })).toMatchObject({
      ...shut,
      pass: { ...done, done: false },
    })
    expect(await healthWith({ taken_back })).toMatchObject({ ...shut, pass: null })
    const through = { taken_back: at(120, 'looked_through'), hold, hold_done }
    expect(await healthWith(through)).toMatchObject({
      databaseRestore: true,
      shut: false,
      pass: { ...done, done: true },
    })
  })

  it('is not what was done before a restore that nobody has noticed yet', async () => {
    const hold_done = at(90, { cursor: null, entries: 1500, held: 2 })
    const { deps, kept } = aServer({ jobStates: { hold_done } })
    kept.set('recent', { seq: 9, seal: 'lost', at: NOW - 5 })
    const { denylist } = await describeHealth(deps)
    expect(denylist).toMatchObject({ databaseRestore: true, shut: false, pass: { done: false } })
    expect(denylist.anchors).toEqual({ newestAt: NOW - 5, unreadable: 0 })
  })

  it('is that KV was emptied, and that it does not answer', async () => {
    expect((await healthWith({ kv_emptied: at(600) })).emptiedAt).toBe(NOW - 600)
    const { deps } = aServer()
    deps.anchors.seen = fails(new Unavailable('kv', 'down'))
    expect((await describeHealth(deps)).denylist).toMatchObject({
      anchors: null,
      databaseRestore: false,
    })
    deps.anchors.seen = fails(new TypeError('a bug'))
    await expect(describeHealth(deps)).rejects.toThrow('a bug')
  })
})
