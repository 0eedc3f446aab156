import { decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { STREAM_ROUTES } from '../../../src/http/ssf/routes.ts'
import { DAY, HOUR } from '../../../src/domain/time.ts'
import { API, ISSUER, type Json } from '../../support/server.ts'
import { PUSH, receiverAt, serverWithStreams, SSF } from '../../support/set-receiver.ts'

let errors: ReturnType<typeof vi.spyOn>
beforeEach(() => void (errors = vi.spyOn(console, 'error').mockImplementation(() => {})))
afterEach(() => void vi.restoreAllMocks())

async function world(options: Parameters<typeof serverWithStreams>[0] = {}) {
  const server = await serverWithStreams(options)
  const receiver = await receiverAt(server)
  const id = await receiver.polled()
  return { server, receiver, id }
}

describe('a security event token', () => {
  it('INV-12: is an access token nowhere: at introspection, the admin API, the streams', async () => {
    const { server, receiver, id } = await world()
    await server.api()
    await server.suspend(await server.client())
    const { sets } = await receiver.ok('POST', `/ssf/poll/${id}`, {})
    const [set] = Object.values(sets as Record<string, string>)
    expect(await receiver.verified(set ?? '')).toMatchObject({ iss: ISSUER })
    const caller = await server.client({ [API]: 'invoices:read' })
    expect(await server.introspect(set ?? '', caller)).toEqual({ active: false })
    expect((await server.admin('GET', '/clients', undefined, set)).status).toBe(401)
    expect((await receiver.call('GET', '/ssf/streams', undefined, set)).status).toBe(401)
  })
})

describe('a token that was issued for something else', () => {
  it.each([
    ['another API', { [API]: 'ssf.manage' }],
    ['streams and another API', { [API]: 'invoices:read', [SSF]: 'ssf.read' }],
  ])('does not pass: %s', async (_, scopes) => {
    const { server, receiver } = await world()
    await server.api(API, 'ssf.manage invoices:read')
    const token = await server.token(await server.client(scopes))
    expect((await receiver.call('GET', '/ssf/streams', undefined, token)).status).toBe(401)
  })

  it('does not pass: the bootstrap token', async () => {
    const { server, receiver } = await world()
    const { BOOTSTRAP_TOKEN: token } = server.bindings
    expect((await receiver.call('GET', '/ssf/streams', undefined, token)).status).toBe(401)
  })
})

describe('each endpoint', () => {
  it.each(STREAM_ROUTES)('refuses all but receivers: $method $path', async (route) => {
    const { server, receiver } = await world()
    const body = route.method === 'GET' ? undefined : {}
    const ask = async (bearer: string) => {
      const answer = await receiver.call(route.method, route.path, body, bearer)
      expect(answer.headers.get('cache-control')).toBe('no-store')
      return answer.status
    }
    await server.api()
    const stranger = await server.client({ [API]: 'invoices:read' })
    const suspended = await receiverAt(server)
    const given = await suspended.token()
    await server.suspend(suspended.client)
    for (const bearer of ['none', await server.token(stranger), given]) {
      expect(await ask(bearer)).toBe(401)
    }
    const reader = await (await receiverAt(server, 'ssf.read')).token()
    if (route.scope === 'ssf.manage') expect(await ask(reader)).toBe(403)
    else expect(await ask(reader)).toBeLessThan(410)
    expect(await ask(await receiver.token())).toBeLessThan(410)
  })
})

const OF_ONE_STREAM: [method: string, request: (id: string) => [path: string, body?: Json]][] = [
  ['GET', (id: string) => [`/ssf/streams?stream_id=${id}`]],
  ['DELETE', (id: string) => [`/ssf/streams?stream_id=${id}`]],
  ['PATCH', (id: string) => ['/ssf/streams', { stream_id: id, description: 'mine' }]],
  ['PUT', (id: string) => ['/ssf/streams', { stream_id: id }]],
  ['GET', (id: string) => [`/ssf/status?stream_id=${id}`]],
  ['POST', (id: string) => ['/ssf/status', { stream_id: id, status: 'disabled' }]],
  ['POST', (id: string) => ['/ssf/verification', { stream_id: id }]],
  ['POST', (id: string) => [`/ssf/poll/${id}`, {}]],
  [
    'POST',
    (id: string) => [
      '/ssf/subjects/remove',
      { stream_id: id, subject: { format: 'iss_sub', iss: ISSUER, sub: 'any' } },
    ],
  ],
]

describe('the stream of another receiver', () => {
  it.each(OF_ONE_STREAM)('is not found: %s %#', async (method, request) => {
    const { server, id } = await world()
    const other = await receiverAt(server)
    await other.polled()
    for (const [at, sent] of [request(id), request('stream_none')]) {
      const answer = await other.call(method, at, sent)
      expect([answer.status, await answer.json()]).toEqual([
        404,
        { err: 'not_found', description: 'There is no such stream.' },
      ])
    }
  })

  it('is one of its own: each receiver has one', async () => {
    const { receiver } = await world()
    const all = await Promise.all([1, 2, 3].map(() => receiver.call('POST', '/ssf/streams', {})))
    expect(all.map(({ status }) => status)).toEqual([409, 409, 409])
  })
})

const nested = '['.repeat(5000) + ']'.repeat(5000)
const delivery = (url: unknown, more = {}) => ({
  delivery: { method: PUSH, endpoint_url: url, ...more },
})

describe('a body that is wrong', () => {
  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a text', '"text"'],
    ['a number', '7'],
    ['deep', nested],
    ['deep in a member', `{"delivery":${nested}}`],
    ['an unknown method', { delivery: { method: 'urn:none' } }],
    ['a method that is no text', { delivery: { method: {} } }],
    ['a stream without an id', {}],
    ['an id that is no text', { stream_id: {}, status: 7, subject: [], state: {}, ack: {} }],
    ['a list with others', { events_requested: [1], ack: [1], stream_id: 'one' }],
    ['prototype members', '{"__proto__":{"stream_id":"x"},"constructor":1}'],
  ])('is a 4xx everywhere: %s', async (_, body) => {
    const { receiver, id } = await world()
    const paths = ['/ssf/status', '/ssf/subjects/add', '/ssf/verification', `/ssf/poll/${id}`]
    const sent = [
      await receiver.call('PATCH', '/ssf/streams', body),
      await receiver.call('PUT', '/ssf/streams', body),
      await receiver.call('POST', '/ssf/streams', body),
      ...(await Promise.all(paths.slice(0, 3).map((path) => receiver.call('POST', path, body)))),
    ]
    for (const { status } of sent) expect([400, 404, 409]).toContain(status)
    expect((await receiver.call('POST', `/ssf/poll/${id}`, body)).status).toBeLessThan(500)
    expect(errors).not.toHaveBeenCalled()
  })

  it.each([
    'http://receiver.example/events',
    'https://127.0.0.1/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://user:pass@receiver.example/',
    'https://receiver.example:8443/',
    'https://receiver.internal/',
    `${ISSUER}/oauth/token`,
    'javascript:alert(1)',
    'no url',
  ])('has no URL that must not be asked: %s', async (url) => {
    const { receiver, id } = await world()
    const body = { stream_id: id, ...delivery(url) }
    const answer = await receiver.call('PATCH', '/ssf/streams', body)
    expect([answer.status, (await answer.json<{ err: string }>()).err]).toEqual([
      400,
      'invalid_request',
    ])
  })

  it('has no header that splits a request', async () => {
    const { receiver, id } = await world()
    const header = { authorization_header: 'Bearer a\r\nHost: evil.example' }
    const body = { stream_id: id, ...delivery('https://receiver.example/', header) }
    expect((await receiver.call('PATCH', '/ssf/streams', body)).status).toBe(400)
  })

  it('is not larger than 64 KiB, and in UTF-8 JSON', async () => {
    const { receiver, id } = await world()
    const large = JSON.stringify({ state: 'x'.repeat(70_000), stream_id: id })
    expect((await receiver.call('POST', '/ssf/verification', large)).status).toBe(413)
    const headers = { Authorization: `Bearer ${await receiver.token()}` }
    const init = { method: 'POST', headers, body: '{}' }
    expect((await (await world()).server.send('/ssf/streams', init)).status).toBe(400)
  })

  it('changes nothing that this server decides, nor the subject of another issuer', async () => {
    const { receiver, id } = await world()
    for (const other of [{ iss: 'https://evil.example' }, { aud: 'me' }]) {
      const answer = await receiver.call('PATCH', '/ssf/streams', { stream_id: id, ...other })
      expect(answer.status).toBe(400)
    }
    const subject = { format: 'iss_sub', iss: 'https://evil.example', sub: 'x' }
    const body = { stream_id: id, subject }
    expect((await receiver.call('POST', '/ssf/subjects/remove', body)).status).toBe(404)
  })

  it.each(['a\u0000b', 'a\u001bb', 'a\u202eb', 'a\u200bb'])(
    'has no text that deceives who reads the log: %j',
    async (text) => {
      const { receiver, id } = await world()
      const stream_id = id
      const status = { stream_id, status: 'paused', reason: text }
      const refused = [
        receiver.call('PATCH', '/ssf/streams', { stream_id, description: text }),
        receiver.call('PATCH', '/ssf/streams', {
          stream_id,
          ...delivery(`https://a.example/${text}`),
        }),
        receiver.call('POST', '/ssf/status', status),
      ]
      for (const answer of refused) expect((await answer).status).toBe(400)
      const lines = { stream_id, description: 'for the SIEM\nof the night shift' }
      expect((await receiver.call('PATCH', '/ssf/streams', lines)).status).toBe(200)
    },
  )

  it('names no subject that can be no client, and any that can', async () => {
    const { receiver, id } = await world()
    const remove = async (sub: string) => {
      const subject = { format: 'iss_sub', iss: ISSUER, sub }
      const body = { stream_id: id, subject }
      return (await receiver.call('POST', '/ssf/subjects/remove', body)).status
    }
    for (const sub of ['', 'nobody\u0000', 'no body', '<b>', 'x'.repeat(129), '\u202ecba']) {
      expect([sub, await remove(sub)]).toEqual([sub, 404])
    }
    for (const sub of ['nobody', 'x'.repeat(128), 'billing@example.com', 'client_0123']) {
      expect([sub, await remove(sub)]).toEqual([sub, 204])
    }
  })

  it('is asked for by no other method', async () => {
    const { receiver } = await world()
    const answer = await receiver.call('GET', '/ssf/verification')
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
  })
})

describe('the keys that sign security events', () => {
  it('are listed, and one that is revoked in an emergency is replaced at once', async () => {
    const { server, receiver, id } = await world()
    await server.suspend(await server.client())
    const first = await receiver.ok('POST', `/ssf/poll/${id}`, {})
    const keys = async () => (await server.adminOk('GET', '/signing-keys'))['data'] as Json[]
    const active = (await keys()).filter(({ state }) => state === 'active')
    expect(new Set(active.map(({ algorithm }) => algorithm))).toEqual(new Set(['ES256', 'RS256']))
    const kid = active.find(({ algorithm }) => algorithm === 'RS256')?.['kid']
    await server.adminOk('DELETE', `/signing-keys/${kid}`)
    const [old] = Object.values(first['sets'])
    await expect(receiver.verified(String(old))).rejects.toThrow('no applicable key')
    expect(await receiver.drain(id)).toHaveLength(2)
    const now = await keys()
    expect(now.find((key) => key['kid'] === kid)).toMatchObject({ state: 'revoked' })
    expect(now.filter(({ state }) => state === 'active')).toHaveLength(2)
  })

  it('are rotated by age, each published before it signs, as those of tokens are', async () => {
    const { server, receiver, id } = await world({ signingKeyDays: 10 })
    const kids = async () => {
      const { keys } = await (await server.send('/.well-known/jwks.json')).json<Json>()
      return (keys as Json[]).filter(({ alg }) => alg === 'RS256').map(({ kid }) => String(kid))
    }
    await server.cron()
    const before = await kids()
    const signedWith = async () => {
      await server.suspend(await server.client())
      const { sets } = await receiver.ok('POST', `/ssf/poll/${id}`, {})
      return decodeProtectedHeader(String(Object.values(sets).at(-1))).kid
    }
    const first = await signedWith()
    expect(before).toHaveLength(2)
    for (const days of [10, 1, 1]) {
      server.clock.now += days * DAY + HOUR
      await server.cron()
    }
    const next = await signedWith()
    expect(next).not.toBe(first)
    expect(new Set(before)).toEqual(new Set([first, next]))
  })
})
