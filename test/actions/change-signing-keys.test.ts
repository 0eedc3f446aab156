import { describe, expect, it } from 'vitest'
import { publishKeys } from '../../src/actions/publish-keys.ts'
import { revokeSigningKey } from '../../src/actions/revoke-signing-key.ts'
import { rotateSigningKey } from '../../src/actions/rotate-signing-key.ts'
import type { Algorithm, SigningKey } from '../../src/domain/signing-key.ts'
import { DAY, HOUR } from '../../src/domain/time.ts'
import { NOW } from '../domain/arbitraries.ts'
import { memoryLedger } from './memory.ts'
import { REQUEST } from './one-client.ts'

const aKey = (kid: string, fields: Partial<SigningKey> = {}): SigningKey => ({
  kid,
  algorithm: 'ES256',
  publicJwk: JSON.stringify({ kty: 'EC', x: kid }),
  wrappedKey: 'wrapped',
  createdAt: NOW - HOUR,
  activatesAt: NOW - HOUR,
  revokedAt: null,
  ...fields,
})

const MADE = aKey('made_1', { publicJwk: '{}', createdAt: NOW, activatesAt: NOW })
const EVENT = {
  actor: { type: 'bootstrap', id: 'bootstrap' },
  clientId: null,
  requestId: 'request_1',
}
const eventOf = (action: string, kid: string) => ({
  ...EVENT,
  action,
  target: { type: 'signing_key', id: kid },
})

function serverWith(keys: SigningKey[], losses = 0) {
  const ledger = memoryLedger({ losses })
  const made: Algorithm[] = []
  const deps = {
    ...ledger.deps,
    algorithm: 'ES256' as const,
    signingKeys: { all: async () => keys },
    signingKeyMaker: {
      make: async (algorithm: Algorithm) => {
        made.push(algorithm)
        return { kid: `made_${made.length}`, publicJwk: '{}', wrappedKey: 'wrapped' }
      },
    },
  }
  const writes = () => ledger.commits.flatMap((commit) => commit.writes)
  return { ...ledger, deps, made, writes }
}

describe('a key that is revoked', () => {
  it('has a new one in its place, which signs at once, where it is the one that signs', async () => {
    const active = aKey('active')
    const { deps, writes, events } = serverWith([active])
    await revokeSigningKey(deps, REQUEST, 'active')
    expect(writes()).toEqual([
      { kind: 'signing_key', before: null, after: MADE },
      { kind: 'signing_key', before: active, after: { ...active, revokedAt: NOW } },
    ])
    expect(events).toMatchObject([
      eventOf('signing_key.created', 'made_1'),
      eventOf('signing_key.revoked', 'active'),
    ])
  })

  it('has the same one in its place though others commit first', async () => {
    const { deps, made, commits } = serverWith([aKey('active')], 2)
    await revokeSigningKey(deps, REQUEST, 'active')
    expect([made, commits.length]).toEqual([['ES256'], 1])
  })

  it.each<[string, SigningKey]>([
    ['waits', aKey('key', { activatesAt: NOW + 1 })],
    ['retires', aKey('key', { activatesAt: NOW - DAY })],
    ['signs by the algorithm of earlier tokens', aKey('key', { algorithm: 'RS256' })],
  ])('has none in its place where it %s', async (_, before) => {
    const { deps, writes, events, made } = serverWith([before, aKey('active')])
    await revokeSigningKey(deps, REQUEST, 'key')
    expect(writes()).toEqual([
      { kind: 'signing_key', before, after: { ...before, revokedAt: NOW } },
    ])
    expect(events).toMatchObject([eventOf('signing_key.revoked', 'key')])
    expect(made).toEqual([])
  })

  it('is revoked once: the time of the first stays', async () => {
    const { deps, commits } = serverWith([aKey('key', { revokedAt: NOW - 1 }), aKey('active')])
    await revokeSigningKey(deps, REQUEST, 'key')
    expect(commits).toEqual([])
  })

  it('must be there', async () => {
    const { deps, commits } = serverWith([aKey('active')])
    await expect(revokeSigningKey(deps, REQUEST, 'none')).rejects.toMatchObject({
      code: 'not_found',
      message: 'There is no such signing key.',
    })
    expect(commits).toEqual([])
  })
})

it('rotates to a key that signs when every cache has seen it, a quarter of an hour later', async () => {
  const { deps, writes, events } = serverWith([aKey('active')])
  const after = { ...MADE, activatesAt: NOW + 900 }
  expect(await rotateSigningKey(deps, REQUEST)).toEqual(after)
  expect(writes()).toEqual([{ kind: 'signing_key', before: null, after }])
  expect(events).toMatchObject([eventOf('signing_key.created', 'made_1')])
})

it('publishes of each key that is alive its public part, for signatures alone', async () => {
  const { deps } = serverWith([
    aKey('active'),
    aKey('next', { activatesAt: NOW + 1 }),
    aKey('revoked', { activatesAt: NOW - DAY, revokedAt: NOW }),
    aKey('other', { algorithm: 'RS256' }),
  ])
  const published = (kid: string, alg = 'ES256') => ({ kty: 'EC', x: kid, kid, alg, use: 'sig' })
  expect(await publishKeys(deps)).toEqual([
    published('active'),
    published('next'),
    published('other', 'RS256'),
  ])
})
