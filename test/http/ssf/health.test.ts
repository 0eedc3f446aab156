import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { env } from 'cloudflare:workers'
import { signIn } from '../../support/console.ts'
import { type Json, type TestServer, testServer } from '../../support/server.ts'
import { pushEndpoint, receiverAt, runs, serverWithStreams } from '../../support/set-receiver.ts'

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))
beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}))
afterEach(() => vi.restoreAllMocks())

async function streamsIn(server: TestServer): Promise<unknown> {
  const headers = { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` }
  return (await (await server.send('/health', { headers })).json<Json>())['security_event_streams']
}

const setupOf = async (server: TestServer) => {
  const page = await (await signIn(server)).html('/setup')
  const [, row = ''] = page.split('<b>Security events</b>')
  return (row.split('<dt>')[0] ?? '').replaceAll(/<[^>]*>/g, ' ')
}

describe('how streams of security events stand', () => {
  it('says nothing of streams while they are off', async () => {
    const server = testServer()
    expect(await streamsIn(server)).toBeNull()
    expect(await setupOf(server)).toBe('')
  })

  it('says how many there are, and that all is well', async () => {
    const server = await serverWithStreams()
    await (await receiverAt(server)).polled()
    expect(await streamsIn(server)).toEqual({ total: 1, ailing: [] })
    expect(await setupOf(server)).toContain('1 receiver.')
  })

  it('names a receiver that refuses, and since when; and no more once it accepts', async () => {
    const endpoint = pushEndpoint()
    const server = await serverWithStreams()
    const receiver = await receiverAt(server)
    await receiver.pushed()
    endpoint.answer = async () => 500
    await server.suspend(await server.client())
    await runs(server, 4)
    expect(await streamsIn(server)).toEqual({
      total: 1,
      ailing: [
        {
          client_id: receiver.client.id,
          status: 'enabled',
          failing_since: expect.stringMatching(/^20\d\d-.*Z$/),
          last_error: 'status 500',
        },
      ],
    })
    expect(await setupOf(server)).toContain(`${receiver.client.id} (began to fail `)
    endpoint.answer = async () => 202
    await runs(server, 10)
    expect(await streamsIn(server)).toEqual({ total: 1, ailing: [] })
  })

  it('names a stream that its receiver has paused', async () => {
    const server = await serverWithStreams()
    const receiver = await receiverAt(server)
    const id = await receiver.polled()
    await receiver.ok('POST', '/ssf/status', { stream_id: id, status: 'paused', reason: 'Moving.' })
    const one = { client_id: receiver.client.id, status: 'paused' }
    expect(await streamsIn(server)).toMatchObject({ total: 1, ailing: [one] })
    expect(await setupOf(server)).toContain(`${receiver.client.id} (paused: Moving.)`)
  })
})
