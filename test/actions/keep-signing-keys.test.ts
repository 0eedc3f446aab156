import { describe, expect, it } from 'vitest'
import { ensureSigningKey } from '../../src/actions/ensure-signing-key.ts'
import { keepSigningKeys } from '../../src/actions/keep-signing-keys.ts'
import { PENDING_PERIOD, type SigningKey } from '../../src/domain/signing-key.ts'
import { DAY } from '../../src/domain/time.ts'
import { NOW } from '../domain/arbitraries.ts'
import { memoryLedger } from './memory.ts'

const AGE = 90 * DAY
const aKey = (kid: string, fields: Partial<SigningKey> = {}): SigningKey => ({
  kid,
  algorithm: 'ES256',
  publicJwk: '{}',
  wrappedKey: 'wrapped',
  createdAt: NOW - DAY,
  activatesAt: NOW - DAY,
  revokedAt: null,
  ...fields,
})

/** A server with these keys; it reads another list each time where several are given. */
function serverWith(...reads: SigningKey[][]) {
  return losingServerWith(0, ...reads)
}

/** The same, where others commit first so many times. */
function losingServerWith(losses: number, ...reads: SigningKey[][]) {
  const memory = memoryLedger({ losses })
  let read = 0
  let made = 0
  const deps = {
    ...memory.deps,
    algorithm: 'ES256' as const,
    signingKeyAge: AGE,
    signingKeys: { all: async () => reads[Math.min(read++, reads.length - 1)] ?? [] },
    signingKeyMaker: {
      make: async () => ({ kid: `made_${++made}`, publicJwk: '{}', wrappedKey: 'wrapped' }),
    },
  }
  const written = () =>
    memory.commits.flatMap(({ writes }) =>
      writes.flatMap((write) => (write.kind === 'signing_key' ? [write.after] : [])),
    )
  return { deps, written, events: memory.events, turns: memory.turns, made: () => made }
}

const active = (age: number) => aKey('active', { activatesAt: NOW - age })

describe('the cron makes a signing key', () => {
  it('that signs at once where there is none', async () => {
    const { deps, written, events } = serverWith([])
    expect(await keepSigningKeys(deps)).toBe(true)
    expect(written()).toEqual([aKey('made_1', { createdAt: NOW, activatesAt: NOW })])
    expect(events).toMatchObject([
      {
        action: 'signing_key.created',
        actor: { type: 'system', id: 'portcullis' },
        clientId: null,
        target: { type: 'signing_key', id: 'made_1' },
      },
    ])
  })

  it('that signs when every cache has it, once the active one is old enough, to the second', async () => {
    const young = serverWith([active(AGE - 1)])
    expect(await keepSigningKeys(young.deps)).toBe(false)
    expect(young.written()).toEqual([])
    const old = serverWith([active(AGE)])
    expect(await keepSigningKeys(old.deps)).toBe(true)
    const next = { createdAt: NOW, activatesAt: NOW + PENDING_PERIOD }
    expect(old.written()).toEqual([aKey('made_1', next)])
  })

  it('once: not while the next one waits for its time', async () => {
    const next = aKey('next', { activatesAt: NOW + 1 })
    const { deps, written } = serverWith([active(AGE + DAY), next])
    expect(await keepSigningKeys(deps)).toBe(false)
    expect(written()).toEqual([])
  })

  it('whatever keys of the other algorithm there are', async () => {
    const rs256 = { algorithm: 'RS256' as const }
    const pending = aKey('other', { ...rs256, activatesAt: NOW + 1 })
    const { deps, written } = serverWith([active(AGE), aKey('rs', rs256), pending])
    expect(await keepSigningKeys(deps)).toBe(true)
    expect(written()).toHaveLength(1)
    const none = serverWith([aKey('rs', rs256)])
    await keepSigningKeys(none.deps)
    expect(none.written()).toEqual([aKey('made_1', { createdAt: NOW, activatesAt: NOW })])
  })

  it('never when another run has made it meanwhile', async () => {
    const next = aKey('next', { activatesAt: NOW + PENDING_PERIOD })
    const { deps, written, events } = serverWith([active(AGE)], [active(AGE), next])
    expect(await keepSigningKeys(deps)).toBe(false)
    expect([written(), events]).toEqual([[], []])
  })

  it('once, though it has to look again', async () => {
    const { deps, written, made } = losingServerWith(2, [])
    expect(await keepSigningKeys(deps)).toBe(true)
    expect([made(), written().map(({ kid }) => kid)]).toEqual([1, ['made_1']])
  })

  it('without a word to the ledger where there is nothing to do', async () => {
    const { deps, made } = serverWith([active(DAY)])
    deps.ledger.head = () => Promise.reject(new Error('nobody asked for it'))
    expect(await keepSigningKeys(deps)).toBe(false)
    expect(made()).toBe(0)
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

  it('makes the first key, which signs at once', async () => {
    const { deps, written, events } = serverWith([])
    expect(await ensureSigningKey(deps)).toBe('made_1')
    expect(written()).toEqual([aKey('made_1', { createdAt: NOW, activatesAt: NOW })])
    expect(events).toMatchObject([
      {
        action: 'signing_key.created',
        actor: { type: 'system', id: 'portcullis' },
        requestId: 'system',
        clientId: null,
        target: { type: 'signing_key', id: 'made_1' },
      },
    ])
  })
})
