import { expect, it } from 'vitest'
import type { Json } from '../support/server.ts'
import { PUSH, PUSH_URL, receiverAt, serverWithStreams } from '../support/set-receiver.ts'
import { expectDocumented } from './answers.ts'
import { type Operation, OPERATIONS } from './document.ts'

function operation(id: string): Operation {
  const found = OPERATIONS.find((one) => one.id === id)
  if (!found) throw new Error(`${id} is not described`)
  return found
}

/** A receiver whose every answer must be one that the document has. */
async function world() {
  const server = await serverWithStreams()
  const receiver = await receiverAt(server)

  async function ask(id: string, sent?: Json, name = ''): Promise<[status: number, body: Json]> {
    const { method, path } = operation(id)
    const at = method === 'POST' || !name ? path : `${path}?stream_id=${name}`
    const response = await receiver.call(method, at.replace('{stream_id}', name), sent)
    await expectDocumented(operation(id), response.clone())
    const text = await response.text()
    return [response.status, text === '' ? {} : (JSON.parse(text) as Json)]
  }

  return { server, ask }
}

it('a stream that has all that it can have is as described, by itself and in a list', async () => {
  const { ask } = await world()
  const delivery = { method: PUSH, endpoint_url: PUSH_URL }
  const sent = { delivery, description: 'Payroll', events_requested: ['urn:none'] }
  const [status, stream] = await ask('createStream', sent)
  expect([status, stream]).toEqual([
    201,
    expect.objectContaining({ ...sent, events_requested: [], events_delivered: [] }),
  ])
  expect(await ask('readStream', undefined, stream['stream_id'])).toEqual([200, stream])
  expect(await ask('readStream')).toEqual([200, [stream]])
  const paused = { stream_id: stream['stream_id'], status: 'paused', reason: 'Moving' }
  expect(await ask('setStreamStatus', paused)).toEqual([200, paused])
  expect(await ask('readStreamStatus', undefined, paused.stream_id)).toEqual([200, paused])
})

it('a poll that has tokens in it is as described', async () => {
  const { server, ask } = await world()
  const [, { stream_id: id }] = await ask('createStream', {})
  await server.suspend(await server.client())
  const [, first] = await ask('pollStream', { maxEvents: 1 }, id)
  expect(first).toEqual({ sets: expect.any(Object), moreAvailable: true })
  expect(Object.keys(first['sets'])).toHaveLength(1)
  const [, rest] = await ask('pollStream', { ack: Object.keys(first['sets']) }, id)
  expect([Object.keys(rest['sets']).length > 0, rest['moreAvailable']]).toEqual([true, false])
})

it('a second stream, a second verification and a stream of nobody are refused as described', async () => {
  const { ask } = await world()
  const [, { stream_id }] = await ask('createStream', {})
  expect((await ask('createStream', {}))[0]).toBe(409)
  expect((await ask('verifyStream', { stream_id }))[0]).toBe(204)
  expect((await ask('verifyStream', { stream_id }))[0]).toBe(429)
  expect((await ask('deleteStream', undefined, 'stream_none'))[0]).toBe(404)
  expect((await ask('pollStream', { ack: 7 }, stream_id))[0]).toBe(400)
  expect((await ask('pollStream', { ack: ['x'.repeat(66_000)] }, stream_id))[0]).toBe(413)
})
