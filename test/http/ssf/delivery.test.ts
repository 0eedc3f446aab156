import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DAY, HOUR } from '../../../src/domain/time.ts'
import { ISSUER, type TestServer } from '../../support/server.ts'
import {
  eventIn,
  PUSH,
  PUSH_URL,
  pushEndpoint,
  type Receiver,
  receiverAt,
  runs,
  serverWithStreams,
  type Set,
  SSF,
  typesOf,
} from '../../support/set-receiver.ts'

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))
beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}))
afterEach(() => vi.restoreAllMocks())

/** Suspends and resumes two clients in turn, `times` times: what their receivers must get of each. */
async function changes(server: TestServer, times: number) {
  const clients = [await server.client(), await server.client()]
  for (let n = 0; n < times; n++) {
    for (const client of clients) await server.suspend(client)
    for (const client of clients) await server.resume(client)
  }
  const each = Array.from({ length: times }, () => [
    'account-disabled',
    'session-revoked',
    'account-enabled',
  ]).flat()
  return { ids: clients.map(({ id }) => id), each }
}

const about = (sets: Set[], id: string) => typesOf(sets.filter((set) => set.sub_id['sub'] === id))

async function pushedTo(receiver: Receiver, tokens: string[]): Promise<Set[]> {
  return Promise.all([...new Set(tokens)].map(receiver.verified))
}

const setTo =
  (status: string) =>
  (_server: TestServer, { ok }: Receiver, stream_id: string) =>
    ok('POST', '/ssf/status', { stream_id, status })

async function takeAll(server: TestServer, { client }: Receiver) {
  const { data } = await server.adminOk('GET', `/apis?audience=${encodeURIComponent(SSF)}`)
  for (const permission of ['ssf.manage', 'ssf.read']) {
    const right = `permissions/${data[0].api_id}/${permission}`
    await server.adminOk('DELETE', `/clients/${client.id}/${right}`)
  }
}

const late = () => Promise.reject(new DOMException('timed out', 'TimeoutError'))

describe('push to a receiver that is down', () => {
  it.each([
    ['answers 503', async () => 503],
    ['refuses with 400', async () => 400],
    ['refuses with 401', async () => 401],
    ['redirects', async () => 302],
    ['is too slow', late],
  ])('and %s for a day loses nothing, and keeps the order of each subject', async (_, fail) => {
    const endpoint = pushEndpoint()
    const server = await serverWithStreams()
    const receiver = await receiverAt(server)
    const id = await receiver.pushed()
    endpoint.answer = fail
    const { ids, each } = await changes(server, 2)
    await runs(server, 6, 240)
    expect(endpoint.accepted()).toEqual([])
    expect(await receiver.ok('GET', `/ssf/status?stream_id=${id}`)).toMatchObject({
      status: 'enabled',
    })
    endpoint.answer = async () => 202
    server.clock.now += HOUR
    await runs(server, 4)
    const sets = await pushedTo(receiver, endpoint.accepted())
    for (const one of ids) expect(about(sets, one)).toEqual(each)
    expect(endpoint.accepted()).toHaveLength(new Set(endpoint.accepted()).size)
  })

  it('asks it less and less often, and pauses the stream after 7 days, which it tells first', async () => {
    const endpoint = pushEndpoint()
    const server = await serverWithStreams()
    const receiver = await receiverAt(server)
    const id = await receiver.pushed()
    endpoint.answer = async () => 500
    const { ids, each } = await changes(server, 1)
    await runs(server, 60)
    expect(endpoint.got.length).toBeLessThanOrEqual(9)
    server.clock.now += 7 * DAY
    await runs(server, 1)
    const last = await receiver.verified(endpoint.got.at(-1)?.set ?? '')
    expect(eventIn(last)).toEqual([
      'stream-updated',
      { status: 'paused', reason: 'No push was accepted for 7 days.' },
    ])
    const many = endpoint.got.length
    await runs(server, 30)
    expect(endpoint.got).toHaveLength(many)
    endpoint.answer = async () => 202
    const resume = { stream_id: id, status: 'enabled' }
    expect((await receiver.call('POST', '/ssf/status', resume)).status).toBe(200)
    await runs(server, 2)
    const sets = await pushedTo(receiver, endpoint.accepted())
    for (const one of ids) expect(about(sets, one)).toEqual(each)
  })
})

describe('push', () => {
  it('does not send twice at once, and sends again what a killed run did not record', async () => {
    const endpoint = pushEndpoint()
    const server = await serverWithStreams()
    const receiver = await receiverAt(server)
    await receiver.pushed()
    await changes(server, 2)
    server.clock.now += 60
    await Promise.allSettled([server.cron(), server.cron(), server.cron()])
    expect(endpoint.got).toHaveLength(new Set(endpoint.accepted()).size)
    const before = endpoint.accepted()
    await env.DB.prepare(
      "UPDATE portcullis_event_streams SET seq = 0, state = json_set(state, '$.acked', json('[]'))",
    ).run()
    await runs(server, 2)
    const again = endpoint.accepted().slice(before.length)
    expect(again).toEqual(expect.arrayContaining(before))
  })

  it.each<[string, (server: TestServer, receiver: Receiver, id: string) => Promise<unknown>]>([
    ['pauses its stream', setTo('paused')],
    ['disables its stream', setTo('disabled')],
    [
      'moves its stream',
      (_server, { ok }, stream_id) =>
        ok('PATCH', '/ssf/streams', {
          stream_id,
          delivery: { method: PUSH, endpoint_url: 'https://siem.example/events' },
        }),
    ],
    ['deletes its stream', (_server, { ok }, id) => ok('DELETE', `/ssf/streams?stream_id=${id}`)],
    ['is suspended', (server, { client }) => server.suspend(client)],
    ['loses its permissions', takeAll],
  ])('ends with the token in whose midst the receiver %s', async (_, change) => {
    const endpoint = pushEndpoint()
    const server = await serverWithStreams()
    const receiver = await receiverAt(server)
    const id = await receiver.pushed()
    await changes(server, 1)
    endpoint.answer = async () => {
      if (endpoint.got.length === 0) await change(server, receiver, id)
      return 202
    }
    await runs(server, 2)
    expect(endpoint.got).toHaveLength(1)
  })

  it('goes on with the rest behind a suspension in its midst, each token once', async () => {
    const endpoint = pushEndpoint()
    const server = await serverWithStreams()
    const receiver = await receiverAt(server)
    await receiver.pushed()
    const { ids, each } = await changes(server, 1)
    endpoint.answer = async () => {
      if (endpoint.got.length === 0) await server.suspend(receiver.client)
      return 202
    }
    await runs(server, 2)
    expect(endpoint.got).toHaveLength(1)
    await server.resume(receiver.client)
    await runs(server, 2)
    const sets = await pushedTo(receiver, endpoint.accepted())
    for (const one of ids) expect(about(sets, one)).toEqual(each)
    expect(endpoint.accepted()).toHaveLength(new Set(endpoint.accepted()).size)
  })

  it('begins with no receiver that was suspended while another one was pushed to', async () => {
    const endpoint = pushEndpoint()
    const server = await serverWithStreams()
    const receivers = [await receiverAt(server), await receiverAt(server)]
    for (const { pushed } of receivers) await pushed()
    await server.suspend(await server.client())
    endpoint.answer = async () => {
      if (endpoint.got.length === 0) {
        for (const { client } of receivers) await server.suspend(client)
      }
      return 202
    }
    await runs(server, 2)
    expect(endpoint.got).toHaveLength(1)
  })

  it('goes nowhere that the row was changed to with the header for another URL', async () => {
    const endpoint = pushEndpoint()
    const server = await serverWithStreams()
    const receiver = await receiverAt(server)
    const endpoint_url = 'https://siem.example/events'
    await receiver.pushed({ endpoint_url, authorization_header: 'Bearer of-the-receiver' })
    const { results } = await env.DB.prepare('SELECT state FROM portcullis_event_streams').all()
    expect(JSON.stringify(results)).not.toContain('of-the-receiver')
    const elsewhere =
      "UPDATE portcullis_event_streams SET state = json_set(state, '$.endpointUrl', ?)"
    await env.DB.prepare(elsewhere).bind(PUSH_URL).run()
    await server.suspend(await server.client())
    await runs(server, 2)
    expect(endpoint.got).toEqual([])
  })

  it('waits while the receiver is suspended or has no permission, and ends with its deletion', async () => {
    const endpoint = pushEndpoint()
    const server = await serverWithStreams()
    const receiver = await receiverAt(server)
    await receiver.pushed()
    await server.suspend(receiver.client)
    await changes(server, 1)
    await runs(server, 3)
    expect((await receiver.call('GET', '/ssf/streams')).status).toBe(401)
    expect(endpoint.got).toEqual([])
    await server.resume(receiver.client)
    await takeAll(server, receiver)
    await runs(server, 2)
    expect(endpoint.got).toEqual([])
    await server.adminOk('DELETE', `/clients/${receiver.client.id}`)
    const rows = await env.DB.prepare(
      'SELECT count(*) AS n FROM portcullis_event_streams WHERE client_id = ?',
    )
      .bind(receiver.client.id)
      .first('n')
    expect(rows).toBe(0)
  })
})

describe('poll', () => {
  it('keeps each token until it is acknowledged, and takes an acknowledgement again', async () => {
    const server = await serverWithStreams()
    const receiver = await receiverAt(server)
    const id = await receiver.polled()
    const { ids, each } = await changes(server, 3)
    const poll = (body: object) => receiver.ok('POST', `/ssf/poll/${id}`, body)
    const first = await poll({ maxEvents: 4 })
    expect(first['moreAvailable']).toBe(true)
    // Again the same, byte for byte.
    expect(await poll({ maxEvents: 4 })).toEqual(first)
    const jtis = Object.keys(first['sets'])
    // Out of order: the second is kept in mind, the first comes again.
    const partly = await poll({ ack: [jtis[1]], maxEvents: 1 })
    expect(Object.keys(partly['sets'])).toEqual([jtis[0]])
    const got: Set[] = []
    for (const set of Object.values(first['sets'])) got.push(await receiver.verified(String(set)))
    expect(await poll({ ack: jtis, maxEvents: 0 })).toEqual({ sets: {}, moreAvailable: true })
    expect(await poll({ ack: [...jtis, 'unknown'], maxEvents: 0 })).toMatchObject({ sets: {} })
    got.push(...(await receiver.drain(id)))
    for (const one of ids) expect(about(got, one)).toEqual(each)
    expect(await receiver.drain(id)).toEqual([])
  })

  it('goes on behind a token that the receiver reports as wrong', async () => {
    const server = await serverWithStreams()
    const receiver = await receiverAt(server)
    const id = await receiver.polled()
    await changes(server, 1)
    const { sets } = await receiver.ok('POST', `/ssf/poll/${id}`, { maxEvents: 1 })
    const [jti = ''] = Object.keys(sets)
    const setErrs = { [jti]: { err: 'invalid_request', description: 'no' } }
    const next = await receiver.ok('POST', `/ssf/poll/${id}`, { setErrs })
    expect(Object.keys(next['sets'])).not.toContain(jti)
  })

  it('takes acknowledgements from ten pollers at once', async () => {
    const server = await serverWithStreams()
    const receiver = await receiverAt(server)
    const id = await receiver.polled()
    await changes(server, 5)
    const { sets } = await receiver.ok('POST', `/ssf/poll/${id}`, { maxEvents: 10 })
    const answers = await Promise.all(
      Object.keys(sets).map((jti) => receiver.call('POST', `/ssf/poll/${id}`, { ack: [jti] })),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
    const rest = await receiver.drain(id)
    expect(rest.filter(({ jti = '' }) => jti in sets)).toEqual([])
    expect(rest.length).toBeGreaterThanOrEqual(10)
  })

  it('leaves out clients that the receiver removed, until it adds them again', async () => {
    const server = await serverWithStreams()
    const receiver = await receiverAt(server)
    const id = await receiver.polled()
    const client = await server.client()
    const subject = { format: 'iss_sub', iss: ISSUER, sub: client.id }
    const body = { stream_id: id, subject }
    expect((await receiver.call('POST', '/ssf/subjects/remove', body)).status).toBe(204)
    await server.suspend(client)
    expect(await receiver.drain(id)).toEqual([])
    expect((await receiver.call('POST', '/ssf/subjects/add', body)).status).toBe(200)
    await server.resume(client)
    expect(typesOf(await receiver.drain(id))).toEqual(['account-enabled'])
  })
})
