import { describe, expect, it } from 'vitest'
import { createStream } from '../../../src/actions/streams/create-stream.ts'
import { deleteStream } from '../../../src/actions/streams/delete-stream.ts'
import { setStreamStatus } from '../../../src/actions/streams/set-stream-status.ts'
import { setSubject } from '../../../src/actions/streams/subjects.ts'
import { updateStream } from '../../../src/actions/streams/update-stream.ts'
import { EVENT_TYPES } from '../../../src/domain/security-event.ts'
import { NOW } from '../../domain/arbitraries.ts'
import { aServer, aStream, CLIENT, sealed, URL } from './memory-streams.ts'

const REQUEST = { clientId: CLIENT, requestId: 'request_1', confirmRight: async () => {} }
const [REVOKED, CREDENTIAL] = EVENT_TYPES
const HEADER = 'Bearer receiver'
const KEPT = sealed({ endpointUrl: URL, authorization: HEADER })
const PUSHED = aStream({ endpointUrl: URL, authorization: KEPT, dueAt: NOW - 60 })

const eventOf = (action: string, id: unknown = 'stream_1') => ({
  action,
  actor: { type: 'client', id: CLIENT },
  clientId: CLIENT,
  target: { type: 'event_stream', id },
  requestId: 'request_1',
})
const NO_STREAM = { code: 'not_found', message: 'There is no such stream.' }
type Server = ReturnType<typeof aServer>
const writesOf = ({ commits }: Server) => commits.flatMap(({ writes }) => writes)
const changesOf = ({ events }: Server) => events.map(({ changes }) => changes)

describe('a new stream', () => {
  it('begins where the log ends, and is told of with what was asked for', async () => {
    const server = aServer({ stream: null })
    const input = { requested: [CREDENTIAL, 'unknown', REVOKED], description: 'SIEM' }
    const stream = await createStream(server.deps, server.on, REQUEST, input)
    const streamId = expect.stringMatching(/^stream_\w{22}$/)
    const requested = [REVOKED, CREDENTIAL]
    expect(stream).toEqual(aStream({ streamId, version: 1, requested, description: 'SIEM' }))
    expect(writesOf(server)).toEqual([{ kind: 'event_stream', before: null, after: stream }])
    expect(server.events).toMatchObject([eventOf('event_stream.created', stream.streamId)])
    expect(changesOf(server)).toEqual([
      {
        events_requested: { from: null, to: requested },
        description: { from: null, to: 'SIEM' },
      },
    ])
  })

  it('that is pushed is due at once, its header sealed with the URL', async () => {
    const server = aServer({ stream: null })
    const delivery = { endpointUrl: URL, authorization: HEADER }
    const stream = await createStream(server.deps, server.on, REQUEST, { delivery })
    expect(stream).toMatchObject({ endpointUrl: URL, authorization: KEPT, dueAt: NOW })
    expect(changesOf(server)).toEqual([
      {
        endpoint_url: { from: null, to: URL },
        authorization_header: { from: false, to: true },
      },
    ])
    const bare = aServer({ stream: null })
    const open = await createStream(bare.deps, bare.on, REQUEST, {
      delivery: { endpointUrl: URL },
    })
    expect(open.authorization).toBeNull()
  })

  it('is refused where the client has one, or its URL is none to push to', async () => {
    const { deps, on, commits } = aServer()
    await expect(createStream(deps, on, REQUEST, {})).rejects.toMatchObject({
      code: 'conflict',
      message: 'This client already has a stream: each receiver can have one.',
    })
    const none = aServer({ stream: null })
    const delivery = { endpointUrl: 'http://a.example' }
    await expect(createStream(none.deps, none.on, REQUEST, { delivery })).rejects.toMatchObject({
      code: 'invalid_request',
      message: 'delivery.endpoint_url must be https.',
    })
    expect([commits, none.commits]).toEqual([[], []])
  })
})

describe('a change of a stream', () => {
  const update = async (stream: typeof PUSHED, input: Parameters<typeof updateStream>[4]) => {
    const server = aServer({ stream })
    const after = await updateStream(server.deps, server.on, REQUEST, 'stream_1', input)
    expect(server.events.map(({ action }) => action)).toEqual(
      server.events.map(() => 'event_stream.updated'),
    )
    return { after, changes: changesOf(server), writes: writesOf(server) }
  }

  it('keeps what was not sent, and nothing of the header but whether there is one', async () => {
    const described = await update(PUSHED, { description: 'SIEM' })
    expect(described.after).toEqual({ ...PUSHED, description: 'SIEM' })
    expect(described.writes).toEqual([
      { kind: 'event_stream', before: PUSHED, after: described.after },
    ])
    expect(described.changes).toEqual([{ description: { from: null, to: 'SIEM' } }])
    const all = aStream({ requested: [REVOKED] })
    expect((await update(all, { requested: null })).after.requested).toBeNull()
    expect((await update(all, { description: 'SIEM' })).after.requested).toEqual([REVOKED])
  })

  it('of the delivery keeps the header for the same URL alone', async () => {
    const same = await update(PUSHED, { delivery: { endpointUrl: URL } })
    expect(same).toMatchObject({ after: { authorization: KEPT, dueAt: NOW }, changes: [] })
    const moved = await update(PUSHED, { delivery: { endpointUrl: `${URL}2` } })
    expect(moved.after).toMatchObject({ authorization: null, endpointUrl: `${URL}2` })
    expect(moved.changes).toEqual([
      {
        endpoint_url: { from: URL, to: `${URL}2` },
        authorization_header: { from: true, to: false },
      },
    ])
    const other = await update(PUSHED, {
      delivery: { endpointUrl: URL, authorization: 'Bearer other' },
    })
    const authorization = sealed({ endpointUrl: URL, authorization: 'Bearer other' })
    expect(other.after.authorization).toBe(authorization)
    expect(other.changes).toEqual([{ authorization_header: { from: true, to: true } }])
    const polled = await update(PUSHED, { delivery: { endpointUrl: null } })
    expect(polled.after).toMatchObject({ endpointUrl: null, authorization: null, dueAt: null })
  })

  it('that changes nothing is not told of', async () => {
    expect(await update(PUSHED, { description: null })).toEqual({
      after: PUSHED,
      changes: [],
      writes: [],
    })
  })

  it('of another stream is refused, and so is its end', async () => {
    const { deps, on, commits } = aServer()
    await expect(updateStream(deps, on, REQUEST, 'stream_2', {})).rejects.toMatchObject(NO_STREAM)
    await expect(deleteStream(deps, on, REQUEST, 'stream_2')).rejects.toMatchObject(NO_STREAM)
    const none = aServer({ stream: null })
    const missing = deleteStream(none.deps, none.on, REQUEST, 'stream_1')
    await expect(missing).rejects.toMatchObject(NO_STREAM)
    expect([commits, none.commits]).toEqual([[], []])
  })

  it('gives way to those of administrators', async () => {
    const server = aServer()
    const turns: unknown[] = []
    server.deps.ledger.commit = async (...[, , , turn]) => {
      turns.push(turn)
      return false
    }
    const change = { description: 'SIEM' }
    const changing = updateStream(server.deps, server.on, REQUEST, 'stream_1', change)
    await expect(changing).rejects.toMatchObject({ what: 'changes' })
    expect(turns).toEqual(Array(24).fill(null))
  })
})

it('the end of a stream is told of', async () => {
  const server = aServer()
  await deleteStream(server.deps, server.on, REQUEST, 'stream_1')
  expect(writesOf(server)).toEqual([{ kind: 'event_stream', before: aStream(), after: null }])
  expect(server.events).toMatchObject([eventOf('event_stream.deleted')])
  expect(changesOf(server)).toEqual([undefined])
})

describe('the status of a stream', () => {
  const set = async (
    stream: typeof PUSHED,
    status: 'enabled' | 'paused' | 'disabled',
    reason: string | null = null,
  ) => {
    const server = aServer({ stream })
    server.endAt({ seq: 7, seal: 'seal 7' })
    const to = { streamId: 'stream_1', status, reason }
    const after = await setStreamStatus(server.deps, server.on, REQUEST, to)
    return { after, changes: server.commits.flatMap(({ events }) => events.map((e) => e.changes)) }
  }
  const waiting = { seq: 2, acked: ['evt_3.0'], messages: [] }

  it('waits with what is pending while it is paused', async () => {
    const paused = await set({ ...PUSHED, ...waiting }, 'paused', 'moving')
    expect(paused.after).toMatchObject({ ...waiting, status: 'paused', dueAt: null })
    const resumed = await set(paused.after, 'enabled')
    expect(resumed.after).toMatchObject({ ...waiting, dueAt: NOW })
    const disabled = await set(paused.after, 'disabled')
    expect(disabled.after).toMatchObject({ ...waiting, dueAt: null })
  })

  it('goes on with what happens from now on once it was disabled', async () => {
    const disabled = aStream({ ...waiting, status: 'disabled' })
    for (const status of ['enabled', 'paused'] as const) {
      const { after } = await set(disabled, status)
      expect(after).toMatchObject({ seq: 7, acked: [], messages: [], status })
    }
    expect((await set(disabled, 'disabled', 'still')).after).toMatchObject(waiting)
  })

  it('is told of with its reason, and not where both are what they were', async () => {
    const paused = aStream({ status: 'paused', reason: 'moving' })
    expect(await set(paused, 'paused', 'moving')).toEqual({ after: paused, changes: [] })
    expect(await set(PUSHED, 'enabled')).toEqual({ after: PUSHED, changes: [] })
    expect((await set(paused, 'paused', 'moved')).changes).toEqual([
      { reason: { from: 'moving', to: 'moved' } },
    ])
    expect((await set(paused, 'enabled')).changes).toEqual([
      { status: { from: 'paused', to: 'enabled' }, reason: { from: 'moving', to: null } },
    ])
  })
})

describe('the subjects of a stream', () => {
  const set = async (excluded: string[], subject: string, isWanted: boolean) => {
    const server = aServer({ stream: aStream({ excluded }) })
    const change = { streamId: 'stream_1', subject, isWanted }
    await setSubject(server.deps, server.on, REQUEST, change)
    const [write] = writesOf(server)
    const after = write?.kind === 'event_stream' ? write.after?.excluded : undefined
    return { after, changes: changesOf(server) }
  }
  const many = (count: number) => Array.from({ length: count }, (_, i) => `client_${i}`)
  const NOTHING = { after: undefined, changes: [] }

  it('are all but those that were removed, and one comes or goes at a time', async () => {
    expect(await set(['a'], 'b', false)).toEqual({
      after: ['a', 'b'],
      changes: [{ subject: { from: 'b', to: null } }],
    })
    expect(await set(['a', 'b'], 'a', true)).toEqual({
      after: ['b'],
      changes: [{ subject: { from: null, to: 'a' } }],
    })
    expect(await set(['a'], 'a', false)).toEqual(NOTHING)
    expect(await set(['a'], 'b', true)).toEqual(NOTHING)
  })

  it('are no more than a thousand that were removed', async () => {
    expect((await set(many(999), 'x', false)).after).toHaveLength(1000)
    expect(await set(many(1000), 'client_5', false)).toEqual(NOTHING)
    await expect(set(many(1000), 'x', false)).rejects.toMatchObject({
      code: 'conflict',
      message: 'At most 1000 subjects can be removed from a stream.',
    })
  })
})
