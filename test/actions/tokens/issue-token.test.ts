import { NO_POLICY } from '../../support/policy.ts'
import { describe, expect, it } from 'vitest'
import { issueToken } from '../../../src/actions/tokens/issue-token.ts'
import { Unavailable } from '../../../src/domain/errors.ts'
import { formatSecret } from '../../../src/domain/secret-text.ts'
import type { SigningKey } from '../../../src/domain/signing-key.ts'
import { MINUTE } from '../../../src/domain/time.ts'
import type { TokenClaims } from '../../../src/domain/token.ts'
import { aSecret, ISSUER, NOW, READ } from '../../domain/arbitraries.ts'
import { memoryLedger } from '../memory.ts'
import { serverWith } from '../memory-keys.ts'
import { noAssertions, noKeyReads } from '../no-assertions.ts'
import { unasked } from '../one-client.ts'

const KEY: SigningKey = {
  kid: 'key_1',
  algorithm: 'ES256',
  publicJwk: '{}',
  wrappedKey: 'wrapped',
  createdAt: NOW,
  activatesAt: NOW,
  retiresAt: null,
  revokedAt: null,
}

const SECRET = formatSecret('0123456789AB', 'x'.repeat(43))

/** The result of a token request, and the work done after the answer. */
async function request({
  lastTokenAt = null as number | null,
  hasKey = true,
  lacksKey = false,
  isDue = false,
  isRight = true,
  isBroken = false,
  outage = null as Unavailable['what'] | null,
  keys = [] as SigningKey[],
  text = 'the token',
  scope = undefined as string | undefined,
  statusPlace = null as { listId: string; block: number } | null,
} = {}) {
  const ledger = memoryLedger()
  const counted: unknown[] = []
  const signed: [TokenClaims, string][] = []
  const noted: unknown[] = []
  const read: unknown[] = []
  const work: (() => Promise<unknown>)[] = []
  const credential = {
    clientId: 'client_1',
    suspended: false,
    generation: 3,
    accessTokenLifetime: 600,
    lastTokenAt,
    profile: null,
    requireDpop: false,
    bindToCertificate: false,
    access: { permissions: [READ], namesakes: [] },
    kind: 'secret' as const,
    statusPlace,
    secret: { ...aSecret(), lastUsedAt: NOW },
  }
  const { keyMemory, signingKeys, signingKeyMaker, ...ages } = serverWith(keys).deps
  const keyDeps = {
    keyMemory,
    signingKeys,
    signingKeyMaker,
    signingKeyAge: ages.signingKeyAge,
    signingKeyLead: ages.signingKeyLead,
  }
  const deps = {
    ...ledger.deps,
    issuer: ISSUER,
    algorithm: 'ES256' as const,
    closed: false,
    learn: () => {},
    failures: { wait: async () => 0, record: async () => 0 },
    hashChecks: { wait: async () => 0, record: async () => 0 },
    defer: (one: () => Promise<unknown>) => void work.push(one),
    verifiers: {
      make: () => Promise.reject(new Error('nothing is outdated')),
      matches: async () => isRight,
      keep: () => Promise.reject(new Error('nothing is imported')),
      isOutdated: () => false,
    },
    credentials: {
      forToken: async (...of: unknown[]) => {
        read.push(of)
        return { credential, activeKid: hasKey ? 'key_1' : null, lacksKey, shut: false }
      },
      withTokens: () => Promise.reject(new Error('no token is read')),
      isRevoked: async () => false,
      noteUse: async () => {},
      noteToken: async (...of: unknown[]) => void noted.push(['token', ...of]),
      rehash: async () => {},
      ...noKeyReads,
    },
    ...noAssertions,
    clients: { find: unasked },
    signer: {
      signList: unasked,
      sign: async (claims: TokenClaims, kid: string) => {
        if (isBroken) throw new TypeError('a bug')
        if (outage && kid === 'key_1') throw new Unavailable(outage, 'down')
        signed.push([claims, kid])
        return text
      },
      load: async () => {},
    },
    ...keyDeps,
    policy: NO_POLICY,
    tokenCounts: {
      count: (...of: unknown[]) => void counted.push(of),
      isDue: (now: number) => now === NOW && isDue,
      flush: async (...of: unknown[]) => void noted.push(['counts', ...of]),
      ofLastDays: async () => [],
      since: async () => [],
      forget: async () => {},
    },
  }
  const caller = {
    credentials: { kind: 'secret' as const, clientId: 'client_1', secret: SECRET },
    address: '192.0.2.1',
  }
  const end: unknown = await issueToken(
    { ...deps, tokenReads: deps.credentials },
    caller,
    { scope, resources: [] },
    { proof: null, thumbprint: async () => null },
  ).catch((error: unknown) => error)
  expect(noted).toEqual([])
  for (const one of work) await one()
  return { end, counted, signed, noted, read, events: ledger.events }
}

describe('a token', () => {
  it('is issued by one read, under the active key, with nothing written before the answer', async () => {
    const { end, read, signed, counted } = await request()
    const issued = { accessToken: 'the token', expiresIn: 600, scope: 'invoices:read', cnf: null }
    expect(end).toEqual(issued)
    expect(read).toEqual([
      [{ keyId: '0123456789AB', spend: null, clientId: 'client_1' }, 'ES256', NOW],
    ])
    const jti = expect.stringMatching(/^[0-9A-Za-z]{22}$/)
    const claims = { iss: ISSUER, client_id: 'client_1', aud: READ.audience, jti, gen: 3 }
    expect(signed).toEqual([[expect.objectContaining({ ...claims, exp: NOW + 600 }), 'key_1']])
    expect(counted).toEqual([['client_1', 'issued', NOW]])
  })

  it('names no status list while there are none, though its client has a place in one', async () => {
    const { signed } = await request({ statusPlace: { listId: 'list', block: 7 } })
    expect(signed.map(([claims]) => 'status' in claims)).toEqual([false])
  })

  it('is the first of a deployment under a key that is made for it', async () => {
    const { signed, events } = await request({ hasKey: false })
    expect(signed[0]?.[1]).toBe('made_1')
    expect(events.map(({ action }) => action)).toEqual([
      'signing_key.created',
      'signing_key.created',
    ])
    expect((await request()).events).toEqual([])
  })

  it('has a standby published behind it where there is none, and waits for nothing', async () => {
    const actionsIn = ({ events }: Awaited<ReturnType<typeof request>>) =>
      events.map((e) => e.action)
    expect(actionsIn(await request({ lacksKey: true, keys: [KEY] }))).toEqual([
      'signing_key.created',
    ])
    expect(actionsIn(await request({ keys: [KEY] }))).toEqual([])
  })

  it('is noted with its client, after the answer and at most once a minute, the first at once', async () => {
    expect((await request()).noted).toEqual([['token', 'client_1', NOW, true]])
    const { noted } = await request({ lastTokenAt: NOW - MINUTE })
    expect(noted).toEqual([['token', 'client_1', NOW, false]])
    expect((await request({ lastTokenAt: NOW - MINUTE + 1 })).noted).toEqual([])
  })

  it('is signed by the key that is active among ours, where the row that is by its dates cannot sign', async () => {
    const ours = { ...KEY, kid: 'key_ours', activatesAt: NOW - 60 }
    const { end, signed } = await request({ outage: 'signing_key', keys: [ours] })
    expect(end).toMatchObject({ accessToken: 'the token' })
    expect(signed.map(([, kid]) => kid)).toEqual(['key_ours'])
    const { end: failed, signed: none } = await request({ outage: 'd1', keys: [ours] })
    expect(failed).toMatchObject({ name: 'Unavailable', what: 'd1' })
    expect(none).toEqual([])
  })

  it('of more than 8,192 characters is refused, and counted as that', async () => {
    expect((await request({ text: 't'.repeat(8192) })).end).toMatchObject({ expiresIn: 600 })
    const { end, counted } = await request({ text: 't'.repeat(8193) })
    expect(end).toMatchObject({ code: 'invalid_scope' })
    expect(counted).toEqual([['client_1', 'invalid_scope', NOW]])
  })

  it('that is refused is counted by why it is', async () => {
    const { end, counted, noted, signed } = await request({ scope: 'invoices:write' })
    expect(end).toMatchObject({ code: 'invalid_scope' })
    expect(counted).toEqual([['client_1', 'invalid_scope', NOW]])
    expect([signed, noted]).toEqual([[], []])
  })

  it('that a bug prevents is not counted as refused', async () => {
    const { end, counted } = await request({ isBroken: true })
    expect(String(end)).toMatch(/a bug/)
    expect(counted).toEqual([])
  })
})

describe('what was counted', () => {
  const isWritten = async (fields: Parameters<typeof request>[0]) =>
    (await request({ lastTokenAt: NOW, ...fields })).noted

  it('is written after an answer to a known client, when that is due', async () => {
    expect(await isWritten({ isDue: false })).toEqual([])
    expect(await isWritten({ isDue: true })).toEqual([['counts', NOW]])
    expect(await isWritten({ isDue: true, scope: 'no' })).toEqual([['counts', NOW]])
  })

  it('is counted of a stranger, and written for nobody’s sake', async () => {
    const { counted, noted } = await request({ isDue: true, isRight: false })
    expect(counted).toEqual([['client_1', 'wrong_secret', NOW]])
    expect(noted).toEqual([])
  })
})
