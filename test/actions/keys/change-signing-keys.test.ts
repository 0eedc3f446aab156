import { describe, expect, it } from 'vitest'
import { publishKeys } from '../../../src/actions/keys/publish-keys.ts'
import { revokeSigningKey } from '../../../src/actions/keys/revoke-signing-key.ts'
import { rotateSigningKey } from '../../../src/actions/keys/rotate-signing-key.ts'
import { Unavailable } from '../../../src/domain/errors.ts'
import { NEVER, type SigningKey } from '../../../src/domain/signing-key.ts'
import { DAY, HOUR } from '../../../src/domain/time.ts'
import { NOW } from '../../domain/arbitraries.ts'
import { aKey, aStandby, made, serverWith, SETTLED } from '../memory-keys.ts'
import { REQUEST } from '../one-client.ts'

const ACTIVE = aKey('active')
const STANDBY = aStandby('standby')

describe('a key that is revoked', () => {
  it('has the standby in its place, which signs at once, where it is the one that signs', async () => {
    const { deps, events, logged } = serverWith([ACTIVE, STANDBY])
    await revokeSigningKey(deps, REQUEST, 'active')
    expect(logged()).toEqual([
      'signing_key.created made_1',
      'signing_key.revoked active',
      'signing_key.promoted standby',
    ])
    expect(events[2]?.changes).toEqual({
      activates_at: { from: null, to: new Date(NOW * 1000).toISOString().replace('.000', '') },
    })
    expect(events[0]).toMatchObject({ actor: { type: 'bootstrap', id: 'bootstrap' } })
  })

  it('leaves the standby that was promoted, a new one, and itself revoked', async () => {
    const { deps, written } = serverWith([ACTIVE, STANDBY])
    await revokeSigningKey(deps, REQUEST, 'active')
    expect(written()).toEqual([
      made(1, NEVER),
      { ...ACTIVE, revokedAt: NOW },
      { ...STANDBY, activatesAt: NOW },
    ])
  })

  it('has even a standby of this minute in its place: nothing else could sign', async () => {
    const young = aStandby('standby', { createdAt: NOW - 60 })
    const { deps, written } = serverWith([ACTIVE, young])
    await revokeSigningKey(deps, REQUEST, 'active')
    expect(written()).toContainEqual({ ...young, activatesAt: NOW })
  })

  it('has a new one in its place where there is no standby', async () => {
    const { deps, written } = serverWith([ACTIVE])
    await revokeSigningKey(deps, REQUEST, 'active')
    expect(written()).toEqual([made(1, NOW), made(2, NEVER), { ...ACTIVE, revokedAt: NOW }])
  })

  it('has the one in its place that was to follow it anyway', async () => {
    const next = aKey('next', { createdAt: NOW - HOUR, activatesAt: NOW + SETTLED - HOUR })
    const young = aStandby('standby', { createdAt: NOW - HOUR + 1 })
    const { deps, logged } = serverWith([ACTIVE, next, young])
    await revokeSigningKey(deps, REQUEST, 'active')
    expect(logged()).toEqual(['signing_key.revoked active', 'signing_key.promoted next'])
  })

  it('has the same one in its place though others commit first', async () => {
    const server = serverWith([ACTIVE], { losses: 2 })
    await revokeSigningKey(server.deps, REQUEST, 'active')
    expect([server.made(), server.commits.length]).toEqual([2, 1])
  })

  it('has another standby in its place where it is the standby', async () => {
    const { deps, logged } = serverWith([ACTIVE, STANDBY])
    await revokeSigningKey(deps, REQUEST, 'standby')
    expect(logged()).toEqual(['signing_key.created made_1', 'signing_key.revoked standby'])
  })

  it.each<[string, SigningKey]>([
    ['waits for its date', aKey('key', { createdAt: NOW - HOUR, activatesAt: NOW + HOUR })],
    ['retires', aKey('key', { activatesAt: NOW - 11 * DAY })],
    [
      'signed before the algorithm was changed',
      aKey('key', { algorithm: 'RS256', retiresAt: NOW }),
    ],
  ])('has none in its place where it %s', async (_, before) => {
    const { deps, written } = serverWith([before, ACTIVE, STANDBY])
    await revokeSigningKey(deps, REQUEST, 'key')
    expect(written()).toEqual([{ ...before, revokedAt: NOW }])
  })

  it('is revoked though no other can be made', async () => {
    const canMake = () => {
      throw new Unavailable('signing_key', 'no key can be tried')
    }
    const { deps, logged } = serverWith([ACTIVE, STANDBY], { canMake })
    await revokeSigningKey(deps, REQUEST, 'active')
    expect(logged()).toEqual(['signing_key.revoked active', 'signing_key.promoted standby'])
  })

  it('is revoked once: the time of the first stays', async () => {
    const { deps, commits } = serverWith([aKey('key', { revokedAt: NOW - 1 }), ACTIVE])
    await revokeSigningKey(deps, REQUEST, 'key')
    expect(commits).toEqual([])
  })

  it('must be there', async () => {
    const { deps, commits } = serverWith([ACTIVE])
    await expect(revokeSigningKey(deps, REQUEST, 'none')).rejects.toMatchObject({
      code: 'not_found',
      message: 'There is no such signing key.',
    })
    expect(commits).toEqual([])
  })
})

describe('a rotation', () => {
  it('promotes a standby that every cache has at once, and publishes another', async () => {
    const settled = aStandby('standby', { createdAt: NOW - SETTLED })
    const { deps, written, logged } = serverWith([ACTIVE, settled])
    const after = { ...settled, activatesAt: NOW }
    expect(await rotateSigningKey(deps, REQUEST)).toEqual(after)
    expect(written()).toEqual([made(1, NEVER), after])
    expect(logged()).toEqual(['signing_key.created made_1', 'signing_key.promoted standby'])
  })

  it('gives one that is younger its date, to the second', async () => {
    const young = aStandby('standby', { createdAt: NOW - SETTLED + 1 })
    const { deps } = serverWith([ACTIVE, young])
    expect(await rotateSigningKey(deps, REQUEST)).toEqual({ ...young, activatesAt: NOW + 1 })
  })

  it('publishes the next one and a standby where there is none', async () => {
    const { deps, written } = serverWith([ACTIVE])
    expect(await rotateSigningKey(deps, REQUEST)).toEqual(made(1, NOW + SETTLED))
    expect(written()).toEqual([made(1, NOW + SETTLED), made(2, NEVER)])
  })

  it('lets the first key of all sign at once', async () => {
    const { deps, written } = serverWith([])
    expect(await rotateSigningKey(deps, REQUEST)).toEqual(made(1, NOW))
    expect(written()).toEqual([made(1, NOW), made(2, NEVER)])
  })

  it('of one idempotency key is one, and it stands for the key that was promoted', async () => {
    const { deps, commits, written } = serverWith([ACTIVE, STANDBY])
    const request = { ...REQUEST, idempotency: { key: 'k', content: '{}' } }
    await rotateSigningKey(deps, request)
    const record = commits[0]?.writes.at(-1)
    expect(record).toMatchObject({
      kind: 'idempotency_record',
      record: { made: { type: 'signing_key', id: 'standby' } },
    })
    expect(written()).toHaveLength(2)
  })
})

describe('the published keys', () => {
  const published = (kid: string, alg = 'ES256') => ({ kty: 'EC', x: kid, kid, alg, use: 'sig' })

  it('are the public parts of all that are alive or will be, for signatures alone', async () => {
    const { deps } = serverWith([
      ACTIVE,
      STANDBY,
      aKey('revoked', { activatesAt: NOW - 11 * DAY, revokedAt: NOW }),
      aKey('retiring', { algorithm: 'RS256', retiresAt: NOW - 12 * HOUR }),
      aKey('gone', { algorithm: 'RS256', retiresAt: NOW - 13 * HOUR }),
    ])
    expect(await publishKeys(deps)).toEqual([
      published('active'),
      published('standby'),
      published('retiring', 'RS256'),
    ])
  })

  it('are read anew behind each change that this isolate made', async () => {
    const { deps } = serverWith([ACTIVE, STANDBY])
    const kids = async () => (await publishKeys(deps)).map(({ kid }) => kid)
    expect(await kids()).toEqual(['active', 'standby'])
    await rotateSigningKey(deps, REQUEST)
    expect(await kids()).toEqual(['active', 'made_1', 'standby'])
    await revokeSigningKey(deps, REQUEST, 'made_1')
    expect(await kids()).toEqual(['active', 'standby', 'made_2'])
  })
})
