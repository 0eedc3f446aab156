import { describe, expect, it } from 'vitest'
import type { AuthenticationDeps } from '../../../src/actions/auth/authentication-method.ts'
import { methodOf } from '../../../src/actions/auth/authentication-methods.ts'
import type { Client } from '../../../src/domain/client.ts'
import type { Credential, CredentialKind } from '../../../src/domain/credential.ts'
import { Refusal } from '../../../src/domain/errors.ts'
import type { Seconds } from '../../../src/domain/time.ts'
import { NOW } from '../../domain/arbitraries.ts'

// A change that a client makes for itself is decided behind the head of the log, where the credential by which
// it came is looked at once more.

type Kind = Exclude<CredentialKind, 'secret'>

const KINDS: [Kind, why: string, what: string][] = [
  ['public_key', 'expired_key', 'key'],
  ['federated_credential', 'expired_rule', 'rule'],
  ['certificate', 'expired_certificate', 'certificate'],
]

function credential(
  kind: Kind,
  id: string,
  expiresAt: Seconds | null = null,
  lastUsedAt: Seconds | null = null,
): Credential {
  const term = { expiresAt, lastUsedAt }
  const parts = {
    public_key: { key: { keyId: id, ...term } },
    federated_credential: { rule: { credentialId: id, ...term } },
    certificate: { certificate: { certificateId: id, ...term } },
  }
  return { kind, ...parts[kind] } as unknown as Credential
}

/** A client with one credential of each kind, called `held`. */
function holding(expiresAt: Seconds | null, more: object = {}): Client {
  return {
    suspension: null,
    publicKeys: [{ keyId: 'held', expiresAt }],
    publishedKeys: null,
    federatedCredentials: [{ credentialId: 'held', expiresAt }],
    certificates: [{ certificateId: 'held', expiresAt }],
    ...more,
  } as unknown as Client
}

function refusalOf(act: () => void): Refusal | null {
  try {
    act()
    return null
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

describe.each(KINDS)('a %s', (kind, why, what) => {
  const usable = (client: Client, id = 'held') =>
    refusalOf(() =>
      methodOf({ kind }).requireStillUsable(client, credential(kind, id) as never, NOW),
    )

  it('may be used to the second in which it ends, and for ever where it has no end', () => {
    const live = (expiresAt: Seconds | null) =>
      refusalOf(() =>
        methodOf({ kind }).requireLive(credential(kind, 'held', expiresAt) as never, NOW),
      )
    expect([live(NOW + 1), live(null)]).toEqual([null, null])
    expect(live(NOW)).toMatchObject({ code: 'invalid_client', extras: { why } })
  })

  it('has its use noted behind the answer, once a minute, and the first one as such', () => {
    const noted = (lastUsedAt: Seconds | null) => {
      const calls: unknown[][] = []
      const deps = {
        defer: (work: () => unknown) => void work(),
        credentials: { noteUse: (...use: unknown[]) => void calls.push(use) },
      } as unknown as AuthenticationDeps
      const used = credential(kind, 'held', null, lastUsedAt)
      methodOf({ kind }).noteUse(deps, {} as never, used as never, NOW)
      return calls
    }
    expect(noted(null)).toEqual([['held', NOW, true]])
    expect(noted(NOW - 60)).toEqual([['held', NOW, false]])
    expect(noted(NOW - 59)).toEqual([])
  })

  it('that its client still holds changes something, and one that it lost nothing', () => {
    expect([usable(holding(null)), usable(holding(NOW + 1))]).toEqual([null, null])
    const lost = [
      usable(holding(null), 'another'),
      usable(holding(NOW)),
      usable(holding(null, { suspension: { at: NOW, reason: null } })),
    ]
    for (const refusal of lost) {
      expect(refusal).toMatchObject({
        code: 'invalid_client',
        message: `The client or its ${what} was cut off.`,
        extras: { reason: 'cut_off' },
      })
    }
  })
})

it('keys that a client publishes may be used while it publishes them at the same place', () => {
  const usable = (client: Client) =>
    refusalOf(() =>
      methodOf({ kind: 'public_key' }).requireStillUsable(
        client,
        credential('public_key', 'place') as never,
        NOW,
      ),
    )
  const suspension = { at: NOW, reason: null }
  expect(usable(holding(null, { publishedKeys: { keyId: 'place' } }))).toBeNull()
  expect(usable(holding(null, { publishedKeys: { keyId: 'another' } }))).not.toBeNull()
  expect(usable(holding(null, { publishedKeys: { keyId: 'place' }, suspension }))).not.toBeNull()
  expect(usable(holding(null))).not.toBeNull()
})
