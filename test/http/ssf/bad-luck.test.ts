import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { faultyD1 } from '../../doubles/faults.ts'
import { ISSUER, testServer } from '../../support/server.ts'
import { receiverAt, serverWithStreams } from '../../support/set-receiver.ts'

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))
afterEach(() => void vi.restoreAllMocks())

it('INV-16: a receiver that is suspended while its body is on its way changes nothing', async () => {
  const server = await serverWithStreams()
  const receiver = await receiverAt(server)
  const id = await receiver.polled({ description: 'before' })
  const headers = {
    Authorization: `Bearer ${await receiver.token()}`,
    'Content-Type': 'application/json',
  }
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const request = new Request(`${ISSUER}/ssf/streams`, { method: 'PATCH', headers, body: readable })
  const answer = server.send('/ssf/streams', request)
  await server.suspend(receiver.client)
  const writer = writable.getWriter()
  await writer.write(new TextEncoder().encode(`{"stream_id":"${id}","description":"behind"}`))
  await writer.close()
  expect((await answer).status).toBe(401)
  await server.resume(receiver.client)
  expect(await receiver.ok('GET', '/ssf/streams')).toMatchObject([{ description: 'before' }])
})

it('answers 503 where D1 does not answer, and loses nothing', async () => {
  const server = await serverWithStreams()
  const receiver = await receiverAt(server)
  const id = await receiver.polled()
  await server.suspend(await server.client())
  const DB = faultyD1(env.DB, () => 'throws')
  const down = testServer({ securityEvents: true, env: { DB }, now: server.clock.now })
  const headers = { Authorization: `Bearer ${await receiver.token()}` }
  const answer = await down.send(`/ssf/poll/${id}`, { method: 'POST', headers, body: '{}' })
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('5')
  expect(await answer.json()).toEqual({
    err: 'unavailable',
    description: 'Try again in a moment.',
  })
  expect(await receiver.drain(id)).toHaveLength(2)
})
