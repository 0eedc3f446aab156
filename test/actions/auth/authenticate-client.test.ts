import { describe, expect, it } from 'vitest'
import { authenticateClient } from '../../../src/actions/auth/authenticate-client.ts'
import type { CredentialOf, Lookup } from '../../../src/domain/credential.ts'
import { formatSecret } from '../../../src/domain/secret-text.ts'
import { MINUTE } from '../../../src/domain/time.ts'
import { aSecret, NOW } from '../../domain/arbitraries.ts'
import { noAssertions, noKeyReads, noRetirements } from '../no-assertions.ts'

type Credential = CredentialOf<'secret'>

const KEY_ID = '0123456789AB'
const SECRET = formatSecret(KEY_ID, 'x'.repeat(43))
const MISTYPED = SECRET.slice(0, -1) + (SECRET.endsWith('0') ? '1' : '0')

type Fields = Partial<Omit<Credential, 'secret' | 'kind'>> & {
  secret?: Partial<Credential['secret']>
}

function aCredential({ secret, ...fields }: Fields = {}): Credential {
  return {
    clientId: 'client_1',
    suspended: false,
    generation: 0,
    accessTokenLifetime: 43_200,
    lastTokenAt: null,
    statusPlace: null,
    profile: null,
    requireDpop: false,
    bindToCertificate: false,
    access: { permissions: [], namesakes: [] },
    kind: 'secret',
    secret: { ...aSecret(), lastUsedAt: NOW, ...secret },
    ...fields,
  }
}

/** The result for a caller with `secret`, if the one read returns `credential`. */
async function attempt(
  credential: Credential | null,
  {
    secret = SECRET,
    clientId = 'client_1',
    wait = 0,
    waitAfter = 0,
    isOutdated = false,
    closed = false,
    shut = false,
    isRight = true,
  } = {},
) {
  const read: Lookup[] = []
  const failures: unknown[] = []
  const asked: unknown[] = []
  const compared: unknown[] = []
  const noted: unknown[] = []
  const work: (() => Promise<unknown>)[] = []
  const confirmed: string[] = []
  const deps = {
    closed,
    keyChecks: { ask: async () => {}, confirm: async () => void confirmed.push('keys') },
    now: () => NOW,
    defer: (one: () => Promise<unknown>) => void work.push(one),
    learn: () => {},
    hashChecks: { wait: async () => 0, record: async () => 0 },
    failures: {
      wait: async (...of: unknown[]) => {
        asked.push(of)
        return wait
      },
      record: async (...of: unknown[]) => {
        failures.push(of)
        return waitAfter
      },
    },
    verifiers: {
      make: async (keyId: string, text: string) => ({
        keyId,
        digest: `of ${text}`,
        pepperVersion: '2',
      }),
      matches: async (text: string, verifier: unknown) => {
        compared.push([text, verifier])
        return isRight && verifier !== null
      },
      keep: () => Promise.reject(new Error('nothing is imported')),
      isOutdated: () => isOutdated,
    },
    credentials: {
      forToken: async () => ({ credential, activeKid: null, lacksKey: false, shut: false }),
      withTokens: async () => ({ credential, tokens: [], shut: false }),
      isRevoked: async () => false,
      noteToken: async () => {},
      noteUse: async (...of: unknown[]) => void noted.push(['use', ...of]),
      rehash: async (...of: unknown[]) => void noted.push(['rehash', ...of]),
      ...noKeyReads,
    },
    ...noAssertions,
    ...noRetirements,
    issuer: 'https://auth.example',
  }
  const caller = {
    credentials: { kind: 'secret' as const, clientId, secret },
    address: '192.0.2.1',
  }
  const row = (lookup: Lookup) => {
    read.push(lookup)
    return Promise.resolve({ credential, shut, also: 'what else was read' })
  }
  const end: unknown = await authenticateClient(deps, caller, row).catch((error: unknown) => error)
  expect(noted).toEqual([])
  for (const one of work) await one()
  return { end, read, asked, failures, compared, noted, confirmed }
}

/** The attempt that is counted: with the secret sent, or with none if it cannot be right. */
const of = (secret: string | null) => [{ address: '192.0.2.1', name: 'client_1', secret }, NOW]

describe('a client with the right secret', () => {
  it('gets in by one read, which brings what else the endpoint asked for', async () => {
    const credential = aCredential()
    const { end, read, asked, failures, compared, noted } = await attempt(credential)
    expect(end).toEqual({ credential, shut: false, also: 'what else was read' })
    expect(read).toEqual([{ clientId: 'client_1', keyId: KEY_ID, spend: null }])
    expect(compared).toEqual([[SECRET, credential.secret.verifier]])
    expect([asked, failures, noted]).toEqual([[of(SECRET)], [], []])
  })

  it('is noted as having used it, after the answer and at most once a minute', async () => {
    const usedAt = async (lastUsedAt: number | null) =>
      (await attempt(aCredential({ secret: { lastUsedAt } }))).noted
    expect(await usedAt(null)).toEqual([['use', 'secret_1', NOW, true]])
    expect(await usedAt(NOW - MINUTE)).toEqual([['use', 'secret_1', NOW, false]])
    expect(await usedAt(NOW - MINUTE + 1)).toEqual([])
  })

  it('has it kept under the new pepper, after the answer', async () => {
    const { noted } = await attempt(aCredential(), { isOutdated: true })
    const verifier = { keyId: KEY_ID, digest: `of ${SECRET}`, pepperVersion: '2' }
    expect(noted).toEqual([['rehash', 'secret_1', verifier]])
  })

  it.each([
    [{ suspended: true }, 'The client is suspended.', 'suspended'],
    [{ secret: { expiresAt: NOW } }, 'The client_secret expired.', 'expired_secret'],
    [{ secret: { createdAt: NOW + 1 } }, 'The client_secret is not valid yet.', 'future_secret'],
  ])('is told why it does not get in: %j', async (fields, message, why) => {
    const { end, failures, noted } = await attempt(aCredential(fields))
    expect(end).toMatchObject({ code: 'invalid_client', message, extras: { why } })
    expect([failures, noted]).toEqual([[], []])
  })
})

describe('a caller that is not let in', () => {
  const WRONG = {
    code: 'invalid_client',
    message: 'The client_id or the client_secret is wrong.',
    extras: {},
  }

  it.each([
    ['has a wrong secret', aCredential(), { isRight: false }],
    ['is another client', aCredential({ clientId: 'client_2' }), {}],
    ['is nobody', null, {}],
    ['has a secret that was retired', aCredential({ secret: { retiresAt: NOW } }), {}],
  ])('is told no more than that, and counted, when it %s', async (_, credential, how) => {
    const { end, failures, compared } = await attempt(credential, how)
    expect(end).toMatchObject(WRONG)
    expect(failures).toEqual([of(SECRET)])
    // The same work for all.
    expect(compared).toHaveLength(1)
  })

  it('is compared with no secret but its own', async () => {
    const { compared } = await attempt(aCredential({ clientId: 'client_2' }))
    expect(compared).toEqual([[SECRET, null]])
  })

  it('costs the same read with an ill-formed secret, by a key id that no secret has', async () => {
    const { end, read, failures } = await attempt(null, { secret: 'hunter2' })
    expect(end).toMatchObject(WRONG)
    const keyId = expect.stringMatching(/^[^0-9A-Za-z]{12}$/)
    expect(read).toEqual([{ clientId: 'client_1', keyId, spend: null }])
    expect(failures).toEqual([of(null)])
  })

  it('is told of a typing error without any read', async () => {
    const { end, read, failures } = await attempt(aCredential(), { secret: MISTYPED })
    expect(end).toMatchObject({
      code: 'invalid_client',
      message: 'The client_secret is mistyped: its checksum is wrong.',
    })
    expect([read, failures]).toEqual([[], [of(null)]])
  })

  const TOO_MANY = {
    code: 'too_many_requests',
    message: 'Too many failed authentications from this address.',
    extras: { retryAfter: 7 },
  }

  it('waits after too many failures, and is told how long; nothing is read', async () => {
    const { end, read, failures } = await attempt(aCredential(), { wait: 7 })
    expect(end).toMatchObject(TOO_MANY)
    expect([read, failures]).toEqual([[], []])
  })

  it.each([
    ['wrong', SECRET, aCredential()],
    ['of nobody', SECRET, null],
    ['ill-formed', 'hunter2', null],
    ['mistyped', MISTYPED, null],
  ])('waits in the same way where its secret is %s and one too many', async (_, secret, who) => {
    const { end, failures } = await attempt(who, { secret, isRight: false, waitAfter: 7 })
    expect(end).toMatchObject(TOO_MANY)
    expect(failures).toHaveLength(1)
  })

  it('waits while the server is closed, whatever it has', async () => {
    const { end, read } = await attempt(aCredential(), { closed: true })
    expect(end).toMatchObject({ name: 'Unavailable', what: 'configuration' })
    expect(String(end)).toMatch(/closed for maintenance/)
    expect(read).toEqual([])
  })

  it.each([true, false])(
    'INV-22: waits while the database is known to be taken back, whether its secret is right: %s',
    async (isRight) => {
      const shut = await attempt(aCredential(), { shut: true, isRight })
      expect(shut.end).toMatchObject({ name: 'Unavailable', what: 'd1' })
      expect([shut.compared, shut.failures, shut.noted]).toEqual([[], [], []])
    },
  )
})
