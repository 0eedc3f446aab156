import { describe, expect, it } from 'vitest'
import { openMemberSession } from '../../src/actions/administrators/open-member-session.ts'
import { openSession } from '../../src/actions/administrators/open-session.ts'
import { changeDelivery } from '../../src/actions/events/delivery-state.ts'
import { resendEvents } from '../../src/actions/events/resend-events.ts'
import { publishKeys } from '../../src/actions/keys/publish-keys.ts'
import { changeIfThere, changeStream } from '../../src/actions/streams/change-stream.ts'
import { Unavailable } from '../../src/domain/errors.ts'
import { EVENTS } from '../../src/domain/event-delivery.ts'
import type { EventStream } from '../../src/domain/event-stream.ts'
import { keyMemory } from '../../src/storage/keys/key-memory.ts'
import { NOW } from '../domain/arbitraries.ts'
import { ADA, create, deps } from './administrator-setup.ts'

const requestId = 'request'

describe('a sign-in', () => {
  it('of who was removed, or has another address, since the provider named them opens nothing', async () => {
    const { administratorId: id } = await create(ADA)
    const by = (who: { id: string; email: string }) =>
      openSession(deps, { who: { type: 'administrator', ...who }, requestId })
    for (const who of [
      { id: 'administrator_gone', email: ADA },
      { id, email: 'before@example.com' },
    ]) {
      await expect(by(who)).rejects.toMatchObject({
        code: 'forbidden',
        message: 'You are not an administrator of this Portcullis any more.',
      })
    }
    expect(await by({ id, email: ADA })).toMatchObject({ administratorId: id, endedAt: null })
  })

  it('by a group opens nothing for who was added to the list, or blocked, meanwhile', async () => {
    const person = { email: 'eve@example.com', issuer: 'https://id.example', subject: 'eve' }
    const granted = { access: 'manage', value: 'ops' } as const
    const enter = (members = deps.members, email = person.email) =>
      openMemberSession({ ...deps, members }, { person: { ...person, email }, granted, requestId })
    const { member } = await enter()
    await create(ADA)
    await expect(enter(deps.members, ADA)).rejects.toMatchObject({
      code: 'forbidden',
      message: 'You have just been added as an administrator: sign in again.',
    })
    const blocked = { ...deps.members, like: async () => [{ ...member, blockedAt: NOW }] }
    await expect(enter(blocked)).rejects.toMatchObject({
      code: 'forbidden',
      message: 'An administrator has blocked you here.',
    })
  })
})

describe('a change that keeps losing against others', () => {
  const STREAM = { streamId: 'stream_1', clientId: 'client_1', version: 3 } as EventStream

  /** Streams of which a change is taken at this attempt. */
  function streams(takenAt: number) {
    let attempts = 0
    const replace = async () => ++attempts === takenAt
    const on = { streams: { find: async () => STREAM, replace } } as unknown as Parameters<
      typeof changeStream
    >[1]
    return { on, attempts: () => attempts }
  }
  const change = (stream: EventStream) => ({ ...stream, seq: 9 })
  const waits: number[] = []
  const waiting = { backOff: async (attempt: number) => void waits.push(attempt) }

  it('of a stream is made on top of the others, fifteen times at most, with a pause between', async () => {
    const last = streams(15)
    const changed = await changeStream(waiting, last.on, 'client_1', 'stream_1', change)
    expect([changed.seq, changed.version, last.attempts()]).toEqual([9, 4, 15])
    expect(waits).toEqual(Array.from({ length: 14 }, (_, attempt) => attempt))
    const never = streams(16)
    await expect(
      changeStream(waiting, never.on, 'client_1', 'stream_1', change),
    ).rejects.toMatchObject({
      what: 'changes',
      message: 'too many changes at once: to a stream',
    })
    expect(never.attempts()).toBe(15)
  })

  it('of a stream that is gone is none, and a failure stays one', async () => {
    const { on, attempts } = streams(1)
    expect(await changeIfThere(waiting, on, 'client_1', 'stream_2', change)).toBeUndefined()
    expect(attempts()).toBe(0)
    const failing = () => Promise.reject(new Unavailable('d1', 'down'))
    await expect(changeIfThere(waiting, on, 'client_1', 'stream_1', failing)).rejects.toThrow(
      'down',
    )
  })

  it('of the delivery of events is made on top of the others, five times at most', async () => {
    let attempts = 0
    const delivery = (takenAt: number) => {
      attempts = 0
      return {
        all: async () => new Map([[EVENTS, { ranAt: NOW, position: { seq: 1 } }]]),
        replace: async () => ++attempts === takenAt,
      }
    }
    const move = (takenAt: number) =>
      changeDelivery({ jobStates: delivery(takenAt) } as never, NOW, (state) => ({
        ...state,
        seq: state.seq + 1,
      }))
    expect(await move(5)).toEqual({ seq: 2 })
    await expect(move(6)).rejects.toMatchObject({
      what: 'changes',
      message: 'too many changes at once: to the delivery of events',
    })
    expect(attempts).toBe(5)
  })
})

it('an event that was set aside and that the log lacks is not sent again', async () => {
  const setAside = [{ eventId: 'evt_2', seq: 2, type: 'client.created' }]
  const states = new Map([[EVENTS, { ranAt: NOW, position: { setAside } }]])
  const sent: unknown[] = []
  const resent = await resendEvents(
    {
      jobStates: { all: async () => states },
      auditEvents: { since: async () => [{ seq: 3 }] },
      eventsWebhook: { send: async (message: unknown) => void sent.push(message) },
      now: () => NOW,
    } as never,
    undefined,
  )
  const delivery = { outcome: 'refused', detail: 'the audit log lacks this event' }
  expect(resent).toEqual([{ eventId: 'evt_2', type: 'client.created', delivery }])
  expect(sent).toEqual([])
})

describe('where the keys of security events cannot be read', () => {
  const key = {
    kid: 'first',
    algorithm: 'ES256',
    publicJwk: '{"kty":"EC"}',
    createdAt: 0,
    activatesAt: 0,
    retiresAt: null,
    revokedAt: null,
  }
  const published = (error: Error, logged: unknown[]) => {
    const failing = async () => {
      throw error
    }
    return publishKeys({
      signingKeys: { all: async () => [key] },
      securityEvents: { signing: { signingKeys: { all: failing } } },
      logProblem: (...problem: unknown[]) => void logged.push(problem),
      keyMemory: keyMemory(),
      now: () => NOW,
    } as never)
  }

  it('those of access tokens are published all the same, and the log says so', async () => {
    const [logged, error]: [unknown[], Error] = [[], new Unavailable('signing_key', 'none is ours')]
    expect(await published(error, logged)).toEqual([
      { kty: 'EC', kid: 'first', alg: 'ES256', use: 'sig' },
    ])
    expect(logged).toEqual([[error, 'event_keys']])
  })

  it('because of a bug, that is told as one', async () => {
    const logged: unknown[] = []
    await expect(published(new TypeError('a bug'), logged)).rejects.toThrow('a bug')
    expect(logged).toEqual([])
  })
})
