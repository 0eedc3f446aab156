import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  creationSchema,
  pollSchema,
  statusSchema,
  subjectSchema,
  verificationSchema,
} from '../../../src/http/ssf/requests.ts'
import { ISSUER } from '../../support/server.ts'
import {
  POLL,
  PUSH,
  PUSH_URL,
  type Receiver,
  receiverAt,
  serverWithStreams,
  SSF,
} from '../../support/set-receiver.ts'
import { messagesIn } from '../../web/fields.ts'

beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}))
afterEach(() => void vi.restoreAllMocks())

const UNSTORED = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
const JSON_TYPE = { ...UNSTORED, 'content-type': 'application/json' }
const BEARER = `Bearer realm="${ISSUER}"`
const ID = 'stream_1'

type World = { receiver: Receiver; id: string }

async function world(scope?: string): Promise<World> {
  const receiver = await receiverAt(await serverWithStreams(), scope)
  return { receiver, id: scope === 'ssf.read' ? ID : await receiver.polled() }
}

type Case = [what: string, (world: World) => Promise<Response>, unknown[]]

describe('an answer has these headers, and no others', () => {
  it.each<Case>([
    ['streams', ({ receiver }) => receiver.call('GET', '/ssf/streams'), [200, JSON_TYPE]],
    [
      'a change',
      ({ receiver, id }) => receiver.call('PATCH', '/ssf/streams', { stream_id: id }),
      [200, JSON_TYPE],
    ],
    [
      'a deletion',
      ({ receiver, id }) => receiver.call('DELETE', `/ssf/streams?stream_id=${id}`),
      [204, UNSTORED],
    ],
    [
      'a verification',
      ({ receiver, id }) => receiver.call('POST', '/ssf/verification', { stream_id: id }),
      [204, UNSTORED],
    ],
    [
      'a poll',
      ({ receiver, id }) => receiver.call('POST', `/ssf/poll/${id}`, {}),
      [200, JSON_TYPE],
    ],
    [
      'another method',
      ({ receiver }) => receiver.call('PUT', '/ssf/status', {}),
      [405, { ...JSON_TYPE, allow: 'GET, POST, HEAD' }],
    ],
    [
      'HEAD, as every 405 of a path with GET allows',
      ({ receiver }) => receiver.call('HEAD', '/ssf/streams'),
      [200, JSON_TYPE],
    ],
    [
      'HEAD where there is no GET',
      ({ receiver }) => receiver.call('HEAD', '/ssf/verification'),
      [405, { ...JSON_TYPE, allow: 'POST' }],
    ],
  ])('%s', async (_what, send, expected) => {
    const response = await send(await world())
    expect([response.status, Object.fromEntries(response.headers)]).toEqual(expected)
    await response.body?.cancel()
  })
})

const LEAVE = 'cannot be changed: leave it out.'
const noStream = { err: 'not_found', description: 'There is no such stream.' }

describe('a refusal says why', () => {
  it.each<Case>([
    [
      'without a token',
      ({ receiver }) => receiver.call('GET', '/ssf/streams', undefined, ''),
      [401, { err: 'unauthenticated', description: 'Send a Bearer token.' }, BEARER],
    ],
    [
      'with one that is none',
      ({ receiver }) => receiver.call('GET', '/ssf/streams', undefined, 'a.b.c'),
      [
        401,
        { err: 'invalid_token', description: expect.stringMatching(/^The .*\.$/) },
        `${BEARER}, error="invalid_token"`,
      ],
    ],
    [
      'for a stream of nobody',
      ({ receiver }) => receiver.call('GET', '/ssf/streams?stream_id=stream_none'),
      [404, noStream, null],
    ],
    [
      'for two streams',
      ({ receiver }) => receiver.call('GET', '/ssf/streams?stream_id=a&stream_id=b'),
      [400, { err: 'invalid_request', description: 'stream_id must not be repeated.' }, null],
    ],
    [
      'for none',
      ({ receiver }) => receiver.call('GET', '/ssf/status'),
      [400, { err: 'invalid_request', description: 'Send stream_id in the query.' }, null],
    ],
    [
      'to verify one that is disabled',
      async ({ receiver, id }) => {
        await receiver.ok('POST', '/ssf/status', { stream_id: id, status: 'disabled' })
        const answer = await receiver.call('POST', '/ssf/verification', { stream_id: id })
        await receiver.ok('POST', '/ssf/status', { stream_id: id, status: 'enabled' })
        await receiver.ok('POST', '/ssf/verification', { stream_id: id })
        return answer
      },
      [
        400,
        { err: 'invalid_request', description: 'The stream is disabled: enable it first.' },
        null,
      ],
    ],
    ...['iss', 'aud', 'events_supported', 'events_delivered', 'min_verification_interval'].map(
      (field): Case => [
        `of another ${field}`,
        ({ receiver, id }) =>
          receiver.call('PATCH', '/ssf/streams', { stream_id: id, [field]: 'another' }),
        [400, { err: 'invalid_request', description: `${field} ${LEAVE}` }, null],
      ],
    ),
    [
      'of a subject of another issuer',
      ({ receiver, id }) =>
        receiver.call('POST', '/ssf/subjects/add', {
          stream_id: id,
          subject: { format: 'iss_sub', iss: 'https://other.example', sub: 'a' },
        }),
      [404, { err: 'not_found', description: 'The subject is not a client of this issuer.' }, null],
    ],
    [
      'of a subject that is none',
      ({ receiver, id }) =>
        receiver.call('POST', '/ssf/subjects/add', {
          stream_id: id,
          subject: { format: 'iss_sub', iss: ISSUER, sub: '' },
        }),
      [404, { err: 'not_found', description: 'The subject is not a client of this issuer.' }, null],
    ],
    [
      'of a body that lacks a field, and has another that is wrong',
      ({ receiver }) => receiver.call('POST', '/ssf/status', { status: 'none' }),
      [
        400,
        {
          err: 'invalid_fields',
          description:
            'A field is missing, unknown or not valid. stream_id is missing; status must be "enabled", "paused" or "disabled"',
        },
        null,
      ],
    ],
  ])('%s', async (_what, send, expected) => {
    const response = await send(await world())
    const { status, headers } = response
    expect([status, await response.json(), headers.get('www-authenticate')]).toEqual(expected)
    expect(Object.fromEntries(headers)).toMatchObject(JSON_TYPE)
  })

  it('to one that may only read', async () => {
    const { receiver } = await world('ssf.read')
    const response = await receiver.call('POST', '/ssf/streams', {})
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([
      403,
      `${BEARER}, error="insufficient_scope", scope="ssf.manage"`,
    ])
  })
})

describe('a change', () => {
  const SENT = { description: 'Payroll', events_requested: [] }

  it('by PATCH keeps what it leaves out, and by PUT has it as in a new stream', async () => {
    const { receiver, id: stream_id } = await world()
    const delivery = { method: PUSH, endpoint_url: PUSH_URL }
    const first = await receiver.ok('PATCH', '/ssf/streams', { stream_id, delivery, ...SENT })
    expect(first).toMatchObject({ delivery, ...SENT, events_delivered: [] })
    const same = await receiver.ok('PATCH', '/ssf/streams', { stream_id })
    expect(same).toEqual(first)
    // All of it may be sent back as it was.
    expect(await receiver.ok('PATCH', '/ssf/streams', first)).toEqual(first)
    const put = await receiver.ok('PUT', '/ssf/streams', { stream_id })
    const { description: _none, events_requested: _neither, ...rest } = first
    expect(put).toEqual({
      ...rest,
      delivery: { method: POLL, endpoint_url: `${SSF}/poll/${stream_id}` },
      events_delivered: expect.arrayContaining([expect.any(String)]),
    })
    const whole = await receiver.ok('PUT', '/ssf/streams', { stream_id, delivery, ...SENT })
    expect(whole).toEqual(first)
  })
})

const text = (size: number) => 'x'.repeat(size)
const many = (size: number) => Array.from({ length: size }, () => 'x')
const push = (more: object) => ({ delivery: { method: PUSH, endpoint_url: PUSH_URL, ...more } })
const subject = (fields: object) => ({
  stream_id: ID,
  subject: { format: 'iss_sub', iss: 'a', sub: 'b', ...fields },
})

describe('a field', () => {
  it.each<[string, Parameters<typeof messagesIn>[0], (size: number) => object, number]>([
    ['description', creationSchema, (n) => ({ description: text(n) }), 1000],
    ['events_requested', creationSchema, (n) => ({ events_requested: many(n) }), 100],
    ['an event that is requested', creationSchema, (n) => ({ events_requested: [text(n)] }), 1000],
    ['endpoint_url', creationSchema, (n) => push({ endpoint_url: text(n) }), 1000],
    ['authorization_header', creationSchema, (n) => push({ authorization_header: text(n) }), 1000],
    ['reason', statusSchema, (n) => ({ stream_id: ID, status: 'paused', reason: text(n) }), 1000],
    ['stream_id', verificationSchema, (n) => ({ stream_id: text(n) }), 1000],
    ['state', verificationSchema, (n) => ({ stream_id: ID, state: text(n) }), 1000],
    ['iss', subjectSchema, (n) => subject({ iss: text(n) }), 1000],
    ['sub', subjectSchema, (n) => subject({ sub: text(n) }), 1000],
    ['ack', pollSchema, (n) => ({ ack: many(n) }), 1000],
    ['an acknowledged id', pollSchema, (n) => ({ ack: [text(n)] }), 1000],
    ['an id with an error', pollSchema, (n) => ({ setErrs: { [text(n)]: {} } }), 1000],
  ])('is no longer than it may be: %s', (_field, schema, body, most) => {
    expect(messagesIn(schema, body(most))).toEqual([])
    expect(messagesIn(schema, body(most + 1))).toEqual(['is too long'])
  })

  it('of a header has what a header may have', () => {
    const says = (value: string) =>
      messagesIn(creationSchema, push({ authorization_header: value }))
    for (const value of ['x', 'Bearer a', '!~']) expect(says(value)).toEqual([])
    for (const value of ['', ' a', 'a ', 'a\nb', 'ä'])
      expect(says(value)).toEqual(['is not a header value'])
  })

  it('of a poll has its default', () => {
    const read = pollSchema['~run']({ value: {} }, {}) as unknown as { value: unknown }
    expect(read.value).toEqual({ ack: [], setErrs: {}, maxEvents: 100 })
    expect(messagesIn(pollSchema, { maxEvents: 0 })).toEqual([])
    expect(messagesIn(pollSchema, { maxEvents: -1 })).toHaveLength(1)
    expect(messagesIn(pollSchema, { maxEvents: 1.5 })).toHaveLength(1)
  })
})
