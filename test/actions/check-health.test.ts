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

/** A server of which everything answers, but for what `fields` says. */
function aServer(
  fields: { chores?: Record<string, Chore>; keys?: SigningKey[]; strange?: SigningKey[] } = {},
) {
  const loaded: string[] = []
  const asked: number[] = []
  const deps = {
    probes: {
      d1: async () => {},
      kv: async () => {},
      backlog: async (now: number) => {
        asked.push(now)
        return BACKLOG
      },
    },
    signingKeys: { all: async () => fields.keys ?? [KEY] },
    strangeKeys: {
      all: () => Promise.reject(new Error('nobody asked for it')),
      published: async () => fields.strange ?? [],
    },
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
  }
  return { deps, loaded, asked }
}

const fails = (reason: unknown) => () => Promise.reject(reason)

describe('the health of a server', () => {
  it('is good when D1, KV and the key that signs answer', async () => {
    const { deps, loaded } = aServer()
    expect(await checkHealth(deps)).toEqual({ failing: [] })
    expect(loaded).toEqual(['key_1'])
  })

  it('is good before anything was signed, when there is no key', async () => {
    const { deps, loaded } = aServer({ keys: [] })
    expect(await checkHealth(deps)).toEqual({ failing: [] })
    expect(loaded).toEqual([])
  })

  it('names each that does not answer, once', async () => {
    const { deps } = aServer()
    deps.probes.d1 = fails(new Unavailable('d1', 'down'))
    deps.probes.kv = fails(new Unavailable('kv', 'down'))
    deps.signingKeys.all = fails(new Unavailable('d1', 'down'))
    expect(await checkHealth(deps)).toEqual({ failing: ['d1', 'kv'] })
    const { deps: other } = aServer()
    other.signer.load = fails(new Unavailable('signing_key', 'wrapped otherwise'))
    expect(await checkHealth(other)).toEqual({ failing: ['signing_key'] })
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
      strangeKeys: [],
      auditLog: null,
      takenBack: false,
      closed: false,
    })
    expect(asked).toEqual([NOW])
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
      chores: {
        run: { ranAt: NOW - 60, position: ['reminders'] },
        verdict: { ranAt: NOW - 3600, position: verdict },
        taken_back: { ranAt: NOW - 60, position: true },
      },
    })
    expect(await describeHealth({ ...deps, closed: true })).toMatchObject({
      cron: { ranAt: NOW - 60, failed: ['reminders'] },
      signingKey: KEY,
      auditLog: { verifiedAt: NOW - 3600, verdict },
      takenBack: true,
      closed: true,
    })
  })
})
