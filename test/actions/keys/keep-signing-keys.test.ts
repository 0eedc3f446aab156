import { describe, expect, it } from 'vitest'
import { ensureSigningKey } from '../../../src/actions/keys/ensure-signing-key.ts'
import { keepSigningKeys } from '../../../src/actions/keys/keep-signing-keys.ts'
import { Unavailable } from '../../../src/domain/errors.ts'
import { NEVER } from '../../../src/domain/signing-key.ts'
import { DAY, HOUR } from '../../../src/domain/time.ts'
import { NOW } from '../../domain/arbitraries.ts'
import { AGE, aKey, aStandby, made, serverWith, SETTLED } from '../memory-keys.ts'

const active = (age: number) => aKey('active', { activatesAt: NOW - age })
const STANDBY = aStandby('standby')
const SYSTEM = { actor: { type: 'system', id: 'portcullis' }, clientId: null, requestId: 'system' }

describe('the cron', () => {
  it('makes a key that signs at once and a standby where there is none', async () => {
    const { deps, written, events } = serverWith([])
    expect(await keepSigningKeys(deps)).toBe(true)
    expect(written()).toEqual([made(1, NOW), made(2, NEVER)])
    const target = { type: 'signing_key', id: 'made_1' }
    expect(events[0]).toMatchObject({ action: 'signing_key.created', ...SYSTEM, target })
  })

  it('makes a standby where a deployment of before has none', async () => {
    const { deps, written } = serverWith([active(DAY)])
    expect(await keepSigningKeys(deps)).toBe(true)
    expect(written()).toEqual([made(1, NEVER)])
  })

  it('leaves a key its date that an earlier version gave it, and makes a standby beside it', async () => {
    const next = aKey('next', { createdAt: NOW, activatesAt: NOW + 900 })
    const { deps, written } = serverWith([active(AGE), next])
    expect(await keepSigningKeys(deps)).toBe(true)
    expect(written()).toEqual([made(1, NEVER)])
    expect(await keepSigningKeys(deps)).toBe(false)
  })

  it('promotes the standby once the active key is old enough, to the second', async () => {
    const young = serverWith([active(AGE - 1), STANDBY])
    expect(await keepSigningKeys(young.deps)).toBe(false)
    expect(young.written()).toEqual([])
    const old = serverWith([active(AGE), STANDBY])
    expect(await keepSigningKeys(old.deps)).toBe(true)
    expect(old.written()).toEqual([made(1, NEVER), { ...STANDBY, activatesAt: NOW }])
    expect(await keepSigningKeys(old.deps)).toBe(false)
  })

  it('gives a standby that is too young its date, once', async () => {
    const young = aStandby('standby', { createdAt: NOW - HOUR })
    const { deps, written } = serverWith([active(AGE), young])
    expect(await keepSigningKeys(deps)).toBe(true)
    expect(written()).toEqual([made(1, NEVER), { ...young, activatesAt: NOW + SETTLED - HOUR }])
    expect(await keepSigningKeys(deps)).toBe(false)
  })

  it('does nothing when another run has done it meanwhile', async () => {
    const { deps, written, events, all } = serverWith([active(AGE), STANDBY])
    const done = [active(AGE), aStandby('standby', { activatesAt: NOW }), aStandby('other')]
    let read = 0
    deps.signingKeys.all = async () => (read++ === 0 ? all() : done)
    expect(await keepSigningKeys(deps)).toBe(false)
    expect([written(), events]).toEqual([[], []])
  })

  it('makes each key once, though it has to look again', async () => {
    const { deps, written, made: count } = serverWith([], { losses: 2 })
    expect(await keepSigningKeys(deps)).toBe(true)
    expect([count(), written().map(({ kid }) => kid)]).toEqual([2, ['made_1', 'made_2']])
  })

  it('says no word to the ledger where there is nothing to do', async () => {
    const { deps, made: count } = serverWith([active(DAY), STANDBY])
    deps.ledger.head = () => Promise.reject(new Error('nobody asked for it'))
    expect(await keepSigningKeys(deps)).toBe(false)
    expect(count()).toBe(0)
  })
})

describe('a change of the algorithm', () => {
  const rsa = { algorithm: 'RS256' } as const
  const server = (...keys: Parameters<typeof serverWith>[0]) => serverWith(keys, rsa)

  it('publishes a standby of the new one, while the active key of the old one goes on', async () => {
    const { deps, written } = server(active(DAY), STANDBY)
    expect(await keepSigningKeys(deps)).toBe(true)
    expect(written()).toEqual([made(1, NEVER, rsa)])
    expect(await ensureSigningKey(deps)).toBe('active')
    expect(await keepSigningKeys(deps)).toBe(false)
  })

  it('promotes it when every cache has it, to the second, and retires all of the old one', async () => {
    const young = aStandby('rsa', { ...rsa, createdAt: NOW - SETTLED + 1 })
    expect(await keepSigningKeys(server(active(DAY), STANDBY, young).deps)).toBe(false)
    const usable = { ...young, createdAt: NOW - SETTLED }
    const { deps, written, logged } = server(active(DAY), STANDBY, usable)
    expect(await keepSigningKeys(deps)).toBe(true)
    expect(written()).toEqual([
      made(1, NEVER, rsa),
      { ...usable, activatesAt: NOW },
      { ...active(DAY), retiresAt: NOW },
      { ...STANDBY, retiresAt: NOW },
    ])
    expect(logged()).toContain('signing_key.retired active')
    expect(await ensureSigningKey(deps)).toBe('rsa')
    expect(await keepSigningKeys(deps)).toBe(false)
  })

  it('goes back as it came: what was retired does not sign unpublished', async () => {
    const retired = aKey('active', { retiresAt: NOW - DAY })
    const { deps, written } = serverWith([retired, aKey('rsa', rsa), aStandby('rsa2', rsa)])
    expect(await ensureSigningKey(deps)).toBe('rsa')
    expect(await keepSigningKeys(deps)).toBe(true)
    expect(written()).toEqual([made(1, NEVER)])
  })

  it('that was made by an earlier version, and taken back, goes on with the key that signs', async () => {
    const { deps, written } = serverWith([active(5 * DAY), aKey('rsa', rsa)])
    expect(await ensureSigningKey(deps)).toBe('active')
    expect(await keepSigningKeys(deps)).toBe(true)
    expect(written()).toEqual([made(1, NEVER), { ...aKey('rsa', rsa), retiresAt: NOW }])
  })

  it('has the old standby in the place of a key that is revoked meanwhile', async () => {
    const young = aStandby('rsa', { ...rsa, createdAt: NOW - HOUR })
    const revoked = { ...active(DAY), revokedAt: NOW }
    const { deps } = server(revoked, STANDBY, young)
    expect(await ensureSigningKey(deps)).toBe('standby')
  })
})

describe('the token endpoint', () => {
  it('takes the active key, and makes none', async () => {
    const { deps, written, turns } = serverWith([
      aKey('other', { algorithm: 'RS256' }),
      active(DAY),
    ])
    expect(await ensureSigningKey(deps)).toBe('active')
    expect([written(), turns]).toEqual([[], []])
  })

  it('makes the first key, which signs at once, and the standby with it', async () => {
    const { deps, written, logged } = serverWith([])
    expect(await ensureSigningKey(deps)).toBe('made_1')
    expect(written()).toEqual([made(1, NOW), made(2, NEVER)])
    expect(logged()).toEqual(['signing_key.created made_1', 'signing_key.created made_2'])
  })

  it('promotes the standby where nothing signs, though no other can be made', async () => {
    const canMake = () => {
      throw new Unavailable('signing_key', 'no key can be tried')
    }
    const { deps, written } = serverWith([STANDBY], { canMake })
    expect(await ensureSigningKey(deps)).toBe('standby')
    expect(written()).toEqual([{ ...STANDBY, activatesAt: NOW }])
    await expect(ensureSigningKey(serverWith([], { canMake }).deps)).rejects.toThrow('be tried')
  })
})
