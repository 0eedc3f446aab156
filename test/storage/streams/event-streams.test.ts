import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { pushStream } from '../../../src/actions/streams/push-stream.ts'
import { type EventStream, PUSH_LEASE, scheduled } from '../../../src/domain/event-stream.ts'
import { CLOCK_SKEW } from '../../../src/domain/time.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { d1EventStreams } from '../../../src/storage/streams/event-streams.ts'
import { streamStatements } from '../../../src/storage/streams/stream-writes.ts'
import { receiverAt, serverWithStreams, SSF } from '../../support/set-receiver.ts'
import { aServer, anEvent } from '../../actions/streams/memory-streams.ts'

const db = openDatabase(env.DB)
const streams = d1EventStreams(db)
let clientId = ''
let now = 0

const stream = async (): Promise<EventStream> => {
  const found = await streams.find(clientId)
  if (!found) throw new Error('there is no stream')
  return found
}

/** Commits what a receiver decided about a stream as it was read. */
const commit = (before: EventStream, after: EventStream) =>
  db.batch(streamStatements({ kind: 'event_stream', before, after }))

beforeEach(async () => {
  const server = await serverWithStreams()
  const receiver = await receiverAt(server)
  await receiver.pushed({ authorization_header: 'Bearer receiver' })
  clientId = receiver.client.id
  now = server.clock.now
})

describe('a run that began since the receiver saw its stream', () => {
  /** The cron claims the stream for a run, whose receiver then answers with 500. */
  async function pushWhile(change: (before: EventStream) => EventStream): Promise<EventStream> {
    const before = await stream()
    const { deps, on, answers, clock } = aServer({ events: [anEvent(before.seq + 1)] })
    clock.now = now
    answers.push({ outcome: 'failed', detail: 'it answers 500' })
    const send = on.pusher.send.bind(on.pusher)
    const pusher = {
      async send(push: Parameters<typeof send>[0]) {
        await commit(before, change(before))
        return send(push)
      },
    }
    const sealed = {
      seal: async () => 'sealed anew',
      open: async () => ({ endpointUrl: before.endpointUrl, authorization: 'Bearer receiver' }),
    }
    await pushStream(deps, { ...on, streams, sealed, pusher }, before, 10)
    return stream()
  }

  it.each<[string, Partial<EventStream>, boolean]>([
    ['a pause', { status: 'paused', reason: 'for a while' }, false],
    ['that it is disabled', { status: 'disabled' }, false],
    ['another URL', { endpointUrl: 'https://new.example/', authorization: 'new' }, true],
    ['another header', { authorization: 'new' }, true],
    ['that it polls', { endpointUrl: null, authorization: null }, false],
  ])('leaves %s as it was decided', async (_, decided, isPushed) => {
    const after = await pushWhile((before) => scheduled({ ...before, ...decided }, now))
    const dueAt = isPushed ? now : null
    expect(after).toMatchObject({ ...decided, dueAt, lease: null, failing: null })
  })

  it('says how it went where something else was decided', async () => {
    const after = await pushWhile((before) => ({ ...before, description: 'new', excluded: ['a'] }))
    expect(after).toMatchObject({ description: 'new', excluded: ['a'], lease: null })
    expect(after).toMatchObject({ failing: { detail: 'it answers 500' }, dueAt: now + 60 })
    expect(after.authorization).toBe('sealed anew')
  })
})

it('are due again when the lease of a run is over, by whatever clock within ten minutes', async () => {
  const before = await stream()
  const due = async (at: number) => (await streams.due(at, before.seq + 1, SSF, 9)).length
  expect(await due(now)).toBe(1)
  await streams.replace(before, { ...before, lease: 'a run', dueAt: now + PUSH_LEASE })
  for (const [at, count] of [
    [now - CLOCK_SKEW, 0],
    [now - CLOCK_SKEW - 1, 1],
    [now + PUSH_LEASE - 1, 0],
    [now + PUSH_LEASE, 1],
  ] as const) {
    expect([at - now, await due(at)]).toEqual([at - now, count])
  }
})
