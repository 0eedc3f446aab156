import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { faultyD1 } from '../../doubles/faults.ts'
import { ISSUER, type Json, type TestServer, testServer } from '../../support/server.ts'
import { PUSH, PUSH_URL, receiverAt, serverWithStreams } from '../../support/set-receiver.ts'

type Receiver = Awaited<ReturnType<typeof receiverAt>>

/** The events about streams in the audit log, oldest first. */
async function eventsOf(server: TestServer, { client }: Receiver): Promise<Json[]> {
  const { data } = await server.adminOk('GET', `/audit-events?client_id=${client.id}&order=asc`)
  const events = data as Json[]
  return events.filter(({ action }) => String(action).startsWith('event_stream.'))
}

/** A server whose change of a stream is overtaken, once, right before it is committed. */
function overtaken(server: TestServer, overtake: () => Promise<unknown>): TestServer {
  let isDue = true
  const DB = faultyD1(env.DB, async ({ texts }) => {
    if (!isDue || !texts.some((text) => text.includes('UPDATE portcullis_event_streams'))) return
    isDue = false
    await overtake()
  })
  return testServer({ securityEvents: true, env: { DB }, now: server.clock.now })
}

it('INV-14: whatever a receiver decides about its stream is in the audit log', async () => {
  const server = await serverWithStreams()
  const receiver = await receiverAt(server)
  const header = 'Bearer of-the-receiver'
  const id = await receiver.pushed({ authorization_header: header })
  const patch = { stream_id: id, description: 'for the SIEM' }
  await receiver.ok('PATCH', '/ssf/streams', patch)
  await receiver.ok('PATCH', '/ssf/streams', patch)
  await receiver.ok('POST', '/ssf/status', { stream_id: id, status: 'paused', reason: 'moving' })
  const subject = { format: 'iss_sub', iss: ISSUER, sub: receiver.client.id }
  await receiver.ok('POST', '/ssf/subjects/remove', { stream_id: id, subject })
  await receiver.ok('POST', '/ssf/subjects/remove', { stream_id: id, subject })
  await receiver.ok('POST', '/ssf/subjects/add', { stream_id: id, subject })
  await receiver.ok('POST', '/ssf/verification', { stream_id: id })
  await receiver.ok('PATCH', '/ssf/streams', {
    stream_id: id,
    delivery: { method: PUSH, endpoint_url: PUSH_URL, authorization_header: 'Bearer another' },
  })
  await receiver.ok('DELETE', `/ssf/streams?stream_id=${id}`)

  const events = await eventsOf(server, receiver)
  const [actor, target] = [
    { type: 'client', id: receiver.client.id },
    { type: 'event_stream', id },
  ]
  for (const event of events) expect(event).toMatchObject({ actor, target })
  expect(events.map(({ action, changes }) => [action, changes ?? {}])).toEqual([
    [
      'event_stream.created',
      {
        endpoint_url: { from: null, to: PUSH_URL },
        authorization_header: { from: false, to: true },
      },
    ],
    ['event_stream.updated', { description: { from: null, to: 'for the SIEM' } }],
    [
      'event_stream.updated',
      { status: { from: 'enabled', to: 'paused' }, reason: { from: null, to: 'moving' } },
    ],
    ['event_stream.updated', { subject: { from: receiver.client.id, to: null } }],
    ['event_stream.updated', { subject: { from: null, to: receiver.client.id } }],
    ['event_stream.updated', { authorization_header: { from: true, to: true } }],
    ['event_stream.deleted', {}],
  ])
  expect(JSON.stringify(events)).not.toContain(header)
})

it('INV-16: a receiver that is suspended before its change is committed changes nothing', async () => {
  const server = await serverWithStreams()
  const receiver = await receiverAt(server)
  const id = await receiver.polled({ description: 'before' })
  const token = await receiver.token()
  const behind = overtaken(server, () => server.suspend(receiver.client))
  const answer = await behind.send('/ssf/streams', {
    method: 'PATCH',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ stream_id: id, description: 'behind' }),
  })
  expect(answer.status).toBe(401)
  await server.resume(receiver.client)
  expect(await receiver.ok('GET', '/ssf/streams')).toMatchObject([{ description: 'before' }])
  expect(await eventsOf(server, receiver)).toHaveLength(1)
})

it('keeps what a receiver takes between the reading of its stream and the change of it', async () => {
  const server = await serverWithStreams()
  const receiver = await receiverAt(server)
  const id = await receiver.polled()
  const other = await server.client()
  await server.suspend(other)
  // The first token that is signed makes a key, which is a change of its own.
  await receiver.drain(id)
  await server.resume(other)
  const token = await receiver.token()
  const behind = overtaken(server, async () => {
    expect(await receiver.drain(id)).not.toHaveLength(0)
  })
  const answer = await behind.send('/ssf/streams', {
    method: 'PATCH',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ stream_id: id, description: 'changed' }),
  })
  expect(answer.status).toBe(200)
  expect(await receiver.drain(id)).toEqual([])
  expect(await receiver.ok('GET', '/ssf/streams')).toMatchObject([{ description: 'changed' }])
})
