import { describe, expect, it } from 'vitest'
import { checkHealth, describeHealth } from '../../src/actions/check-health.ts'
import { Unavailable } from '../../src/domain/errors.ts'
import type { SigningKey } from '../../src/domain/signing-key.ts'
import type { Backlog, Chore } from '../../src/domain/upkeep-ports.ts'
import { NOW } from '../domain/arbitraries.ts'

const KEY: SigningKey = {
  kid: 'key_1',
  algorithm: 'ES256',
  publicJwk: '{}',
  wrappedKey: 'wrapped',
  createdAt: NOW,
  activatesAt: NOW,
  revokedAt: null,
}
const BACKLOG: Backlog = {
  denylistEntries: 1,
  reminders: 2,
  remindersGivenUp: 3,
  remindersUncertain: 4,
  lastMailError: null,
}

type Fields = { chores?: Record<string, Chore>; keys?: SigningKey[]; missing?: string[] }

/** A server of which everything answers, but for what `fields` says. */
function aServer(fields: Fields = {}) {
  const loaded: string[] = []
  const asked: number[] = []
  const deps = {
    probes: {
      missingMigrations: async () => fields.missing ?? [],
      kv: async () => {},
      backlog: async (now: number) => {
        asked.push(now)
        return BACKLOG
      },
    },
    signingKeys: { all: async () => fields.keys ?? [KEY] },
    signer: { sign: async () => '', load: async (kid: string) => void loaded.push(kid) },
    algorithm: 'ES256' as const,
    now: () => NOW,
    chores: { all: async () => new Map(Object.entries(fields.chores ?? {})), note: async () => {} },
    mailer: {
      name: 'smtp' as const,
      missing: 'MAIL_FROM',
      deduplicates: false,
      send: () => Promise.reject(new Error('no mail is sent here')),
    },
    closed: false,
    keyChecks: { ask: async () => {}, confirm: async () => {} },
    issuerGiven: true,
  }
  return { deps, loaded, asked }
}

const fails = (reason: unknown) => () => Promise.reject(reason)

describe('the health of a server', () => {
  it('is good when D1, KV and the key that signs answer', async () => {
    const { deps, loaded } = aServer()
    expect(await checkHealth(deps)).toEqual({ failing: [], missingMigrations: [] })
    expect(loaded).toEqual(['key_1'])
  })

  it('is good before anything was signed, when there is no key', async () => {
    const { deps, loaded } = aServer({ keys: [] })
    expect(await checkHealth(deps)).toEqual({ failing: [], missingMigrations: [] })
    expect(loaded).toEqual([])
  })

  it('names each that does not answer, once', async () => {
    const { deps } = aServer()
    deps.keyChecks.ask = fails(new Unavailable('d1', 'down'))
    deps.probes.kv = fails(new Unavailable('kv', 'down'))
    deps.signingKeys.all = fails(new Unavailable('d1', 'down'))
    expect(await checkHealth(deps)).toEqual({ failing: ['d1', 'kv'], missingMigrations: [] })
    const { deps: other } = aServer()
    other.signer.load = fails(new Unavailable('signing_key', 'wrapped otherwise'))
    expect((await checkHealth(other)).failing).toEqual(['signing_key'])
  })

  it('names the migrations that are missing, whatever else fails for want of them', async () => {
    const { deps } = aServer({ missing: ['0003_more'] })
    const lacking = { failing: ['migrations'], missingMigrations: ['0003_more'] }
    expect(await checkHealth(deps)).toEqual(lacking)
    deps.signingKeys.all = fails(new Unavailable('migrations', 'no such table'))
    expect(await checkHealth(deps)).toEqual(lacking)
  })

  it('is not told where something failed that nobody named', async () => {
    const { deps } = aServer()
    deps.probes.kv = fails(new TypeError('a bug'))
    await expect(checkHealth(deps)).rejects.toThrow('a bug')
  })
})

describe('the detail of a server’s health', () => {
  it('of a new server says that nothing has run yet', async () => {
    const { deps, asked } = aServer({ keys: [] })
    expect(await describeHealth(deps)).toEqual({
      cron: null,
      backlog: BACKLOG,
      mailer: { name: 'smtp', missing: 'MAIL_FROM' },
      signingKey: null,
      auditLog: null,
      takenBack: false,
      closed: false,
      issuerGiven: true,
    })
    expect(asked).toEqual([NOW])
  })

  it('says when the cron ran and what failed, and what the log was found to be', async () => {
    const verdict = { intact: true, complete: true }
    const { deps } = aServer({
      chores: {
        run: { ranAt: NOW - 60, position: ['reminders'] },
        verdict: { ranAt: NOW - 3600, position: verdict },
        taken_back: { ranAt: NOW - 60, position: true },
      },
    })
    expect(await describeHealth({ ...deps, closed: true, issuerGiven: false })).toMatchObject({
      cron: { ranAt: NOW - 60, failed: ['reminders'] },
      signingKey: KEY,
      auditLog: { verifiedAt: NOW - 3600, verdict },
      takenBack: true,
      closed: true,
      issuerGiven: false,
    })
  })
})
