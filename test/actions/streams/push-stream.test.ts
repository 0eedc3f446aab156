import { describe, expect, it } from 'vitest'
import { pushStream } from '../../../src/actions/streams/push-stream.ts'
import type { EventStream, StreamMessage } from '../../../src/domain/event-stream.ts'
import { STREAM_UPDATED, VERIFICATION } from '../../../src/domain/security-event.ts'
import { DAY } from '../../../src/domain/time.ts'
import { NOW } from '../../domain/arbitraries.ts'
import { anEvent, aServer, aStream, AUDIENCE, sealed, URL } from './memory-streams.ts'

const HEADER = 'Bearer receiver'
const KEPT = sealed({ endpointUrl: URL, authorization: HEADER })
const aPushed = (fields: Partial<EventStream> = {}) =>
  aStream({ endpointUrl: URL, authorization: KEPT, dueAt: NOW, ...fields })
const aMessage = (jti: string): StreamMessage => ({
  jti,
  at: NOW,
  type: VERIFICATION,
  content: {},
})
const token = (jti: string, authorization: string | null = HEADER) => ({
  url: URL,
  authorization,
  token: `${jti} by key_1`,
})
const EVENTS = [1, 2, 3].map((seq) => anEvent(seq))
const failing = (detail: string, fields = {}) => ({ since: NOW, attempts: 1, detail, ...fields })

describe('a push', () => {
  it('sends what is pending in order, and moves the stream on', async () => {
    const stream = aPushed({ messages: [aMessage('m1')], failing: failing('down') })
    const { deps, on, sent, replaced, asked } = aServer({ stream, events: EVENTS })
    await pushStream(deps, on, stream, 10)
    expect(asked).toEqual([[0, 100]])
    expect(sent).toEqual(['m1', 'evt_1.0', 'evt_2.0', 'evt_3.0'].map((jti) => token(jti)))
    expect(replaced).toEqual([
      { ...stream, lease: expect.stringMatching(/^\w{16}$/), dueAt: NOW + 900 },
      { ...stream, version: 4, messages: [], failing: null, lease: null, seq: 3 },
    ])
  })

  it('sends as many as it may; with none, one message and no event', async () => {
    const stream = aPushed({ messages: [aMessage('m1'), aMessage('m2')] })
    const few = aServer({ stream, events: EVENTS })
    await pushStream(few.deps, few.on, stream, 3)
    expect(few.sent).toEqual(['m1', 'm2', 'evt_1.0'].map((jti) => token(jti)))
    expect(few.replaced[1]).toMatchObject({ seq: 1, messages: [], dueAt: NOW })
    const one = aServer({ stream, events: EVENTS })
    await pushStream(one.deps, one.on, stream, 0)
    expect([one.sent, one.asked]).toEqual([[token('m1')], []])
    expect(one.replaced[1]).toMatchObject({ seq: 0, acked: [], messages: [aMessage('m2')] })
  })

  it('is not begun where another run was faster', async () => {
    const { deps, on, sent, replaced } = aServer({ stream: aPushed(), events: EVENTS })
    await pushStream(deps, on, aPushed({ version: 2 }), 10)
    expect([sent, replaced]).toEqual([[], []])
  })

  it('ends after a minute; the rest is for the next run', async () => {
    const stream = aPushed()
    const { deps, on, clock, sent, replaced } = aServer({ stream, events: EVENTS })
    const send = on.pusher.send.bind(on.pusher)
    on.pusher.send = (push) => {
      clock.now += sent.length === 0 ? 60 : 1
      return send(push)
    }
    await pushStream(deps, on, stream, 10)
    expect(sent).toEqual(['evt_1.0', 'evt_2.0'].map((jti) => token(jti)))
    expect(replaced[1]).toMatchObject({ seq: 2, failing: null, dueAt: NOW + 61 })
  })

  it('stops at the first that is not taken, and tries again later', async () => {
    const stream = aPushed()
    const { deps, on, answers, sent, replaced } = aServer({ stream, events: EVENTS })
    answers.push({ outcome: 'accepted' }, { outcome: 'refused', detail: 'it answers 400' })
    await pushStream(deps, on, stream, 10)
    expect(sent).toHaveLength(2)
    const failed = { failing: failing('it answers 400'), dueAt: NOW + 60, lease: null }
    expect(replaced[1]).toMatchObject({ seq: 1, ...failed })
  })

  it('counts what failed before only while nothing is taken', async () => {
    const stream = aPushed({ failing: failing('down', { since: NOW - 60, attempts: 4 }) })
    const down = aServer({ stream, events: EVENTS })
    down.answers.push({ outcome: 'failed', detail: 'down' })
    await pushStream(down.deps, down.on, stream, 10)
    expect(down.replaced[1]?.failing).toEqual(failing('down', { since: NOW - 60, attempts: 5 }))
    const up = aServer({ stream, events: EVENTS })
    up.answers.push({ outcome: 'accepted' }, { outcome: 'failed', detail: 'down' })
    await pushStream(up.deps, up.on, stream, 10)
    expect(up.replaced[1]?.failing).toEqual(failing('down'))
  })

  it('is made with no header where none was given', async () => {
    const stream = aPushed({ authorization: null })
    const { deps, on, sent, replaced } = aServer({ stream, events: EVENTS.slice(0, 1) })
    await pushStream(deps, on, stream, 10)
    expect(sent).toEqual([token('evt_1.0', null)])
    expect(replaced[1]?.authorization).toBeNull()
  })

  it.each([
    ['its authorization_header cannot be read', { authorization: 'strange' }],
    [
      'its authorization_header cannot be read',
      { authorization: sealed({ endpointUrl: 'https://other.example', authorization: HEADER }) },
    ],
    ['its authorization_header cannot be read', { endpointUrl: null, authorization: null }],
    ['its URL must be https', { endpointUrl: 'http://a.example', authorization: null }],
  ])('is none where %s: %j', async (detail, fields) => {
    const stream = aPushed(fields)
    const { deps, on, sent, replaced } = aServer({ stream, events: EVENTS })
    await pushStream(deps, on, stream, 10)
    expect(sent).toEqual([])
    const { authorization } = stream
    expect(replaced[1]).toMatchObject({ seq: 0, failing: failing(detail), authorization })
  })

  it('is nothing, and asks for no key, where nothing is pending', async () => {
    const stream = aPushed()
    const { deps, on, replaced } = aServer({ stream })
    on.signing.signingKeys.all = () => Promise.reject(new Error('nobody asked for them'))
    await pushStream(deps, on, stream, 10)
    expect(replaced[1]).toMatchObject({ seq: 0, failing: null, dueAt: NOW, lease: null })
  })

  it('ends what failed for long where nothing is pending any more', async () => {
    const stream = aPushed({ failing: failing('down', { since: NOW - 30 * DAY }) })
    const { deps, on, sent, replaced } = aServer({ stream })
    await pushStream(deps, on, stream, 10)
    expect([sent, replaced[1]?.status, replaced[1]?.failing]).toEqual([[], 'enabled', null])
  })
})

describe('a receiver that takes nothing', () => {
  const since = NOW - 7 * DAY
  const pausedOf = (jti: string) => expect.stringMatching(new RegExp(`^${jti} by key_1$`))

  it('for seven days is told so, and hears no more until it is resumed', async () => {
    const stream = aPushed({ failing: failing('down', { since }) })
    const { deps, on, answers, sent, replaced } = aServer({ stream, events: EVENTS })
    answers.push({ outcome: 'failed', detail: 'down' })
    await pushStream(deps, on, stream, 10)
    expect(sent).toEqual([token('evt_1.0'), { ...token(''), token: pausedOf('\\w{22}') }])
    expect(replaced[1]).toMatchObject({
      status: 'paused',
      reason: 'No push was accepted for 7 days.',
      dueAt: null,
      lease: null,
      seq: 0,
    })
  })

  it('is told by an event about the stream', async () => {
    const stream = aPushed({ failing: failing('down', { since }) })
    const { deps, on, answers } = aServer({ stream, events: EVENTS })
    const signed: unknown[] = []
    const sign = on.signing.signer.sign.bind(on.signing.signer)
    on.signing.signer.sign = (claims, kid) => {
      signed.push(claims)
      return sign(claims, kid)
    }
    answers.push({ outcome: 'failed', detail: 'down' })
    await pushStream(deps, on, stream, 10)
    expect(signed[1]).toMatchObject({
      iat: NOW,
      sub_id: { format: 'opaque', id: 'stream_1' },
      events: {
        [STREAM_UPDATED]: { status: 'paused', reason: 'No push was accepted for 7 days.' },
      },
    })
  })

  it.each<[string, Partial<EventStream>, boolean]>([
    ['not for seven days yet', { failing: failing('down', { since: since + 1 }) }, false],
    ['but one token after all', { failing: failing('down', { since }) }, true],
  ])('%s is tried again', async (_, fields, isOneTaken) => {
    const stream = aPushed(fields)
    const { deps, on, answers, replaced } = aServer({ stream, events: EVENTS })
    if (isOneTaken) answers.push({ outcome: 'accepted' })
    answers.push({ outcome: 'failed', detail: 'down' })
    await pushStream(deps, on, stream, 10)
    expect(replaced[1]).toMatchObject({ status: 'enabled', failing: { detail: 'down' } })
  })
})

describe('a stream that changes while it is pushed', () => {
  it('is left as its receiver wants it now', async () => {
    const stream = aPushed()
    const { deps, on, become, replaced, sent } = aServer({ stream, events: EVENTS })
    const send = on.pusher.send.bind(on.pusher)
    on.pusher.send = (push) => {
      become(aPushed({ lease: null, endpointUrl: 'https://moved.example' }))
      return send(push)
    }
    await pushStream(deps, on, stream, 10)
    expect([sent.length, replaced.length]).toEqual([1, 1])
  })

  it('may be gone', async () => {
    const stream = aPushed()
    const { deps, on, become, replaced, sent } = aServer({ stream, events: EVENTS })
    const send = on.pusher.send.bind(on.pusher)
    on.pusher.send = (push) => {
      become(null)
      return send(push)
    }
    await pushStream(deps, on, stream, 10)
    expect([sent.length, replaced.length]).toEqual([1, 1])
  })

  it('is not told at its old address that it was paused, which it is not then', async () => {
    const stream = aPushed({ failing: failing('down', { since: NOW - 7 * DAY }) })
    const { deps, on, become, replaced, sent, answers } = aServer({ stream, events: EVENTS })
    answers.push({ outcome: 'failed', detail: 'down' })
    const send = on.pusher.send.bind(on.pusher)
    on.pusher.send = (push) => {
      become(aPushed({ lease: null, endpointUrl: 'https://moved.example' }))
      return send(push)
    }
    await pushStream(deps, on, stream, 10)
    expect([sent.length, replaced.length]).toEqual([1, 1])
  })

  it('costs nothing more where one token is pushed, and one question for each behind it', async () => {
    const asked: unknown[] = []
    const pushing = async (events: typeof EVENTS) => {
      const { deps, on } = aServer({ stream: aPushed(), events })
      const isClaimed = on.streams.isClaimed.bind(on.streams)
      on.streams.isClaimed = (...of) => {
        asked.push([of[0].streamId, of[1].length, of[2]])
        return isClaimed(...of)
      }
      await pushStream(deps, on, aPushed(), 10)
      return asked.splice(0)
    }
    expect(await pushing(EVENTS.slice(0, 1))).toEqual([])
    const one = ['stream_1', 16, AUDIENCE]
    expect(await pushing(EVENTS)).toEqual([one, one])
  })
})
