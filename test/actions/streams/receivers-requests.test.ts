import { describe, expect, it } from 'vitest'
import { authorizeReceiver } from '../../../src/actions/streams/authorize-receiver.ts'
import { changeIfThere, changeStream } from '../../../src/actions/streams/change-stream.ts'
import { eventKeyDeps, eventSigner, keyDepsFor } from '../../../src/actions/streams/event-keys.ts'
import { pollStream } from '../../../src/actions/streams/poll-stream.ts'
import { verifyStream } from '../../../src/actions/streams/verify-stream.ts'
import type { EventStream } from '../../../src/domain/event-stream.ts'
import type { Write } from '../../../src/domain/ledger.ts'
import { VERIFICATION } from '../../../src/domain/security-event.ts'
import type { TokenClaims } from '../../../src/domain/token.ts'
import { NOW } from '../../domain/arbitraries.ts'
import { aKey } from '../memory-keys.ts'
import { aServer as tokenServer, aToken } from '../memory-tokens.ts'
import { anEvent, aServer, aStream, AUDIENCE, CLIENT, URL } from './memory-streams.ts'

const STREAM = { clientId: CLIENT, streamId: 'stream_1' }

describe('the token of a receiver', () => {
  const authorize = async (
    fields: Partial<TokenClaims>,
    scope: 'ssf.read' | 'ssf.manage' = 'ssf.read',
  ) => {
    const learned: unknown[] = []
    const token = aToken({ aud: AUDIENCE, scope: 'ssf.read', ...fields })
    const { deps } = tokenServer({ token })
    const learn = (facts: unknown) => void learned.push(facts)
    const who = authorizeReceiver({ ...deps, learn }, { audience: AUDIENCE }, 'token', scope)
    return { who: await who, learned }
  }

  it('is for streams, and the one to manage reads, too', async () => {
    const learned = [{ clientId: 'client_1', isProven: true, method: 'bearer' }]
    expect(await authorize({})).toEqual({ who: 'client_1', learned })
    expect((await authorize({ scope: 'ssf.manage' })).who).toBe('client_1')
    expect((await authorize({ scope: 'ssf.manage' }, 'ssf.manage')).who).toBe('client_1')
  })

  it('is refused where it has too little, is bound to a key, or is not active here', async () => {
    await expect(authorize({}, 'ssf.manage')).rejects.toMatchObject({
      code: 'insufficient_scope',
      message: 'The access token lacks ssf.manage.',
      extras: { scope: 'ssf.manage' },
    })
    await expect(authorize({ cnf: { jkt: 'key' } })).rejects.toMatchObject({
      code: 'invalid_token',
      extras: { reason: 'bound_token' },
    })
    const inactive = { code: 'invalid_token', message: 'The access token is not active here.' }
    await expect(authorize({ aud: 'https://api.example.com' })).rejects.toMatchObject(inactive)
    const { deps } = tokenServer({})
    const unknown = authorizeReceiver(deps, { audience: AUDIENCE }, 'text', 'ssf.read')
    await expect(unknown).rejects.toMatchObject(inactive)
  })
})

describe('a verification', () => {
  const message = (fields = {}) => ({
    jti: expect.stringMatching(/^\w{22}$/),
    at: NOW,
    type: VERIFICATION,
    content: {},
    ...fields,
  })

  it('waits for the next poll, with the state that the receiver sent', async () => {
    const { deps, on, replaced, behind } = aServer()
    await verifyStream(deps, on, STREAM, 'state')
    const content = { state: 'state' }
    expect(replaced).toEqual([aStream({ verifiedAt: NOW, messages: [message({ content })] })])
    expect(behind).toEqual([])
    const bare = aServer()
    await verifyStream(bare.deps, bare.on, STREAM, undefined)
    expect(bare.replaced[0]?.messages).toStrictEqual([message()])
  })

  it('comes once a minute, also where the clock was ahead', async () => {
    for (const [verifiedAt, retryAfter] of [
      [NOW, 60],
      [NOW - 59, 1],
    ] as const) {
      const { deps, on, replaced } = aServer({ stream: aStream({ verifiedAt }) })
      await expect(verifyStream(deps, on, STREAM, undefined)).rejects.toMatchObject({
        code: 'too_many_requests',
        message: 'A stream can be verified once a minute.',
        extras: { retryAfter },
      })
      expect(replaced).toEqual([])
    }
    for (const verifiedAt of [NOW - 60, NOW + 1]) {
      const { deps, on, replaced } = aServer({ stream: aStream({ verifiedAt }) })
      await verifyStream(deps, on, STREAM, undefined)
      expect(replaced).toHaveLength(1)
    }
  })

  it('of a disabled stream is refused, and spends no minute: it would never be sent', async () => {
    const stream = aStream({ status: 'disabled', verifiedAt: NOW - 60 })
    const { deps, on, replaced } = aServer({ stream })
    await expect(verifyStream(deps, on, STREAM, undefined)).rejects.toMatchObject({
      code: 'invalid_request',
      message: 'The stream is disabled: enable it first.',
    })
    expect(replaced).toEqual([])
  })

  it.each<[string, Partial<EventStream>, number]>([
    ['is due', { dueAt: NOW }, 1],
    ['is paused', { dueAt: null }, 0],
    ['is tried again later', { dueAt: NOW + 1 }, 0],
    ['is being pushed', { dueAt: NOW, lease: 'lease' }, 0],
  ])('is pushed behind the answer where the stream %s', async (_, fields, pushes) => {
    const stream = aStream({ endpointUrl: URL, ...fields })
    const { deps, on, sent, behind } = aServer({ stream, events: [anEvent(1)] })
    await verifyStream(deps, on, STREAM, undefined)
    expect([behind.length, sent.length]).toEqual([pushes, 0])
    await Promise.all(behind.map((work) => work()))
    expect(sent).toHaveLength(pushes)
  })
})

describe('a poll', () => {
  const EVENTS = [1, 2, 3].map((seq) => anEvent(seq))
  const poll = async (
    fields: Partial<EventStream>,
    taken: string[] = [],
    max = 100,
    events = EVENTS,
  ) => {
    const server = aServer({ stream: aStream(fields), events })
    const polled = await pollStream(server.deps, server.on, STREAM, { taken: new Set(taken), max })
    return { ...polled, sets: Object.keys(polled.sets), replaced: server.replaced }
  }
  const all = ['evt_1.0', 'evt_2.0', 'evt_3.0']
  const m1 = { jti: 'm1', at: NOW, type: VERIFICATION, content: {} }

  it('gets what is pending, signed, as often as it is not acknowledged', async () => {
    const { deps, on, replaced, asked } = aServer({ events: EVENTS.slice(0, 1) })
    for (const _ of [1, 2]) {
      expect(await pollStream(deps, on, STREAM, { taken: new Set(), max: 1 })).toEqual({
        sets: { 'evt_1.0': 'evt_1.0 by key_1' },
        moreAvailable: false,
      })
    }
    expect([replaced, asked[0]]).toEqual([[], [0, 100]])
  })

  it('moves the stream on by what is taken, and is told whether there is more', async () => {
    expect(await poll({ messages: [m1] }, [], 2)).toEqual({
      sets: ['m1', 'evt_1.0'],
      moreAvailable: true,
      replaced: [],
    })
    expect(await poll({}, ['evt_1.0'])).toMatchObject({
      sets: all.slice(1),
      moreAvailable: false,
      replaced: [{ seq: 1, acked: [] }],
    })
    expect((await poll({}, ['evt_2.0'])).replaced).toMatchObject([{ seq: 0, acked: ['evt_2.0'] }])
    const late = await poll({ messages: [m1] }, ['m1'])
    expect(late).toMatchObject({ sets: all, replaced: [{ seq: 0, messages: [] }] })
    expect(await poll({}, all)).toMatchObject({ sets: [], replaced: [{ seq: 3 }] })
  })

  it('is told of more where a whole window was read', async () => {
    const none = (count: number) =>
      Array.from({ length: count }, (_, i) => anEvent(i + 1, { clientId: null }))
    const last = anEvent(100)
    expect(await poll({}, [], 9, [...none(99), last])).toMatchObject({
      sets: ['evt_100.0'],
      moreAvailable: true,
    })
    expect(await poll({}, [], 9, none(99))).toMatchObject({ sets: [], moreAvailable: false })
  })

  it('asks for no key where nothing is pending', async () => {
    const { deps, on } = aServer()
    on.signing.signingKeys.all = () => Promise.reject(new Error('nobody asked for them'))
    const polled = await pollStream(deps, on, STREAM, { taken: new Set(), max: 1 })
    expect(polled).toEqual({ sets: {}, moreAvailable: false })
  })

  it('gets nothing of a stream that is paused, and none of one that is pushed', async () => {
    expect(await poll({ status: 'paused' }, ['evt_1.0'])).toMatchObject({
      sets: [],
      moreAvailable: false,
      replaced: [{ seq: 1 }],
    })
    await expect(poll({ endpointUrl: URL })).rejects.toMatchObject({
      code: 'invalid_request',
      message: 'This stream is delivered by push.',
    })
  })
})

describe('a stream that others change meanwhile', () => {
  it('is changed on top of that, fifteen times at most', async () => {
    const { deps, on } = aServer()
    let tries = 0
    on.streams.replace = async () => ++tries === 15
    const change = (stream: EventStream) => ({ ...stream, description: `${tries}` })
    const changed = await changeStream(deps, on, CLIENT, 'stream_1', change)
    expect(changed).toEqual(aStream({ description: '14', version: 4 }))
    tries = 15
    await expect(changeStream(deps, on, CLIENT, 'stream_1', change)).rejects.toMatchObject({
      what: 'changes',
      message: 'too many changes at once: to a stream',
    })
    expect(tries).toBe(30)
  })

  it('is not written where nothing changes', async () => {
    const { deps, on, replaced } = aServer()
    expect(await changeStream(deps, on, CLIENT, 'stream_1', (same) => same)).toEqual(aStream())
    expect(replaced).toEqual([])
  })

  it('may be gone, where nobody waits for an answer; nothing else is passed over', async () => {
    const { deps, on } = aServer({ stream: null })
    const change = (stream: EventStream) => ({ ...stream })
    expect(await changeIfThere(deps, on, CLIENT, 'stream_1', change)).toBeUndefined()
    on.streams.find = () => Promise.reject(new Error('D1 does not answer'))
    await expect(changeIfThere(deps, on, CLIENT, 'stream_1', change)).rejects.toThrow('D1')
  })
})

describe('the keys of event tokens', () => {
  it('sign with the active one, or with the first, which is made then', async () => {
    const { deps, on, made } = aServer()
    const forgotten: number[] = []
    const keyMemory = { ...deps.keyMemory, forget: () => void forgotten.push(1) }
    const claims = { jti: 'x' } as never
    expect(await (await eventSigner({ ...deps, keyMemory }, on))(claims)).toBe('x by key_1')
    expect([made(), forgotten]).toEqual([0, []])
    const first = aServer({ keys: [] })
    const sign = await eventSigner({ ...first.deps, keyMemory }, first.on)
    expect(await sign(claims)).toBe('x by made_1')
    expect(forgotten).toEqual([1])
    const [write] = first.commits.flatMap(({ writes }) => writes)
    expect(write).toMatchObject({ kind: 'signing_key', isForEvents: true })
  })

  it('are marked as such where they are written, and nothing else is', async () => {
    const { deps, on, commits } = aServer()
    const { ledger, algorithm } = eventKeyDeps(deps, on)
    const key = aKey('key_2')
    const writes: Write[] = [
      { kind: 'signing_key', before: null, after: key },
      { kind: 'sessions_ended' },
    ]
    await ledger.commit({ seq: 0, seal: '' }, [], writes, null)
    expect(algorithm).toBe('RS256')
    expect(commits[0]?.writes).toEqual([{ ...writes[0], isForEvents: true }, writes[1]])
  })

  it('are looked for where those of access tokens lack a key', async () => {
    const keys = ['key_0', 'key_1'].map((kid) => aKey(kid, { algorithm: 'RS256' }))
    const { deps, on } = aServer({ keys })
    const both = { ...deps, securityEvents: on }
    expect(await keyDepsFor(both, 'key_access')).toBe(both)
    expect(await keyDepsFor(both, 'key_9')).toBe(both)
    expect((await keyDepsFor(both, 'key_1')).algorithm).toBe('RS256')
    const off = { ...deps, securityEvents: null }
    expect(await keyDepsFor(off, 'key_1')).toBe(off)
    on.signing.signingKeys.all = () => Promise.reject(new Error('nobody asked for them'))
    expect(await keyDepsFor(both, 'key_access')).toBe(both)
  })
})
