import { expect, it } from 'vitest'
import { ADMIN_ROUTES } from '../../src/http/admin/routes.ts'
import type { Client, Json, TestServer } from '../support/server.ts'
import { deployment } from './deployment.ts'

const FORM = 'application/x-www-form-urlencoded'
const ENDPOINTS = ['/oauth/token', '/oauth/introspect', '/oauth/revoke', '/oauth/rotate']

type Sent = { headers?: Record<string, string>; body?: string | ReadableStream; status?: number[] }

const basicOf = ({ id, secret }: Client) => `Basic ${btoa(`${id}:${secret}`)}`

/** Megabytes without a length, a chunk at a time; `read` counts what somebody took. */
function megabytes(read: { bytes: number }): ReadableStream {
  const chunk = new TextEncoder().encode('x='.repeat(32 * 1024))
  return new ReadableStream({
    pull(controller) {
      read.bytes += chunk.length
      if (read.bytes > 8 * 1024 * 1024) controller.close()
      else controller.enqueue(chunk)
    },
  })
}

/** Requests that are right but for one thing. */
function malformed(client: Client, other: Client, token: string): Record<string, Sent> {
  const right = `grant_type=client_credentials&token=${token}`
  const inBody = `client_id=${client.id}&client_secret=${client.secret}`
  const Authorization = basicOf(client)
  const json = JSON.stringify({ grant_type: 'client_credentials', token })
  const multipart = `--x\r\nContent-Disposition: form-data; name="token"\r\n\r\n${token}\r\n--x--`
  const typed = (type: string) => ({ Authorization, 'Content-Type': type })
  const many = Array.from({ length: 1000 }, (_, i) => `p${i}=${i}`).join('&')
  return {
    'a repeated token': { headers: { Authorization }, body: `${right}&token=${token}` },
    'a repeated grant type': {
      headers: { Authorization },
      body: `${right}&grant_type=client_credentials`,
    },
    'a parameter repeated empty': { headers: { Authorization }, body: `${right}&scope=&scope=a` },
    'a repeated client id': { body: `${right}&${inBody}&client_id=${client.id}` },
    'a repeated secret': { body: `${right}&${inBody}&client_secret=${other.secret}` },
    'two ways of authenticating': { headers: { Authorization }, body: `${right}&${inBody}` },
    'Bearer and a secret': {
      headers: { Authorization: `Bearer ${token}` },
      body: `${right}&${inBody}`,
    },
    'another client in the body': {
      headers: { Authorization },
      body: `${right}&client_id=${other.id}`,
    },
    'an assertion too': { headers: { Authorization }, body: `${right}&client_assertion=a.b.c` },
    'a malformed Basic header before good credentials': {
      headers: { Authorization: 'Basic !' },
      body: `${right}&${inBody}`,
    },
    'an empty Basic header before good credentials': {
      headers: { Authorization: 'Basic' },
      body: `${right}&${inBody}`,
    },
    'two Basic headers in one': {
      headers: { Authorization: `${Authorization}, ${basicOf(other)}` },
      body: right,
    },
    'ISO-8859-1': { headers: typed(`${FORM}; charset=ISO-8859-1`), body: right },
    'UTF-7': { headers: typed(`${FORM}; charset=utf-7`), body: right },
    JSON: { headers: typed('application/json'), body: json },
    'JSON as a form': { headers: { Authorization }, body: json },
    multipart: { headers: typed('multipart/form-data; boundary=x'), body: multipart },
    'plain text': { headers: typed('text/plain'), body: right },
    'half a percent sign of UTF-8': { headers: { Authorization }, body: `${right}&scope=%E2%82` },
    'a thousand repeats': { headers: { Authorization }, body: `${right}&${'x=1&'.repeat(1000)}` },
    'a thousand parameters and no credentials': { body: `${right}&${many}` },
    'a body over 16 KiB': {
      headers: { Authorization },
      body: `${right}&x=${'x'.repeat(16_384)}`,
      status: [413],
    },
  }
}

function post(server: TestServer, path: string, { headers, body }: Sent): Promise<Response> {
  const all = { 'Content-Type': FORM, ...headers }
  return server.send(path, { method: 'POST', headers: all, ...(body && { body }) })
}

it.each(ENDPOINTS)(
  '%s refuses what is not quite a request, in JSON, and does nothing',
  async (path) => {
    const { server, client, powerful, observer } = await deployment()
    await server.adminOk('PATCH', `/clients/${client.id}`, { allow_self_rotation: true })
    const token = await server.token(client)
    for (const [what, sent] of Object.entries(malformed(client, powerful, token))) {
      // One parameter of an odd name, which is ignored (RFC 6749 §3.2): a rotation needs no other.
      if (path === '/oauth/rotate' && what === 'JSON as a form') continue
      const response = await post(server, path, sent)
      const { status, headers } = response
      expect([what, (sent.status ?? [400, 401]).includes(status)]).toEqual([what, true])
      expect(headers.get('content-type')).toMatch(/^application\/json/)
      expect(await response.json()).toEqual({
        error: expect.any(String),
        error_description: expect.any(String),
      })
      expect(headers.get('cache-control')).toBe('no-store')
    }
    expect(await server.introspect(token, observer)).toMatchObject({ active: true })
    expect((await server.adminOk('GET', `/clients/${client.id}`))['secrets']).toHaveLength(1)
  },
)

it.each(ENDPOINTS)('%s reads no more of endless chunks than it takes', async (path) => {
  const { server, client } = await deployment()
  const read = { bytes: 0 }
  const headers = { Authorization: basicOf(client) }
  const response = await post(server, path, { headers, body: megabytes(read) })
  expect(response.status).toBe(413)
  expect(read.bytes).toBeLessThan(1024 * 1024)
})

it('ignores a thousand parameters beside a right request, and repeats none', async () => {
  const { server, client } = await deployment()
  const names = Array.from({ length: 900 }, (_, i) => [`p${i}`, `${i}`] as const)
  const fields = { grant_type: 'client_credentials', ...Object.fromEntries(names) }
  const response = await server.form('/oauth/token', fields, client)
  expect(response.status).toBe(200)
  expect(Object.keys(await response.json<Json>()).sort()).toEqual([
    'access_token',
    'expires_in',
    'scope',
    'token_type',
  ])
})

const LISTS = ADMIN_ROUTES.filter(
  ({ method, path }) => method === 'GET' && !path.includes(':'),
).map(({ path }) => path)

it('takes no cursor that it did not make for this very list', async () => {
  const { server } = await deployment()
  const { next_cursor: clients } = await server.adminOk('GET', '/clients?limit=1')
  const { next_cursor: apis } = await server.adminOk('GET', '/apis?limit=1')
  const { next_cursor: byName } = await server.adminOk('GET', '/clients?limit=1&sort=name')
  const [payload = '', mac = ''] = String(clients).split('.')
  const forged = btoa(JSON.stringify([['clients'], ['a', 0]])).replaceAll('=', '')
  const cursors = [
    `${forged}.${mac}`,
    forged,
    `${payload}.`,
    payload,
    `.${mac}`,
    `${clients}x`,
    '',
    'x',
    '../..',
    '[["clients"],["a",0]]',
    "' OR 1=1 --",
    String(clients).slice(0, -1),
  ]
  for (const path of LISTS) {
    const foreign = path === '/apis' ? [clients] : [apis, byName]
    for (const cursor of [...cursors, ...foreign.map(String)]) {
      const to = `${path}?cursor=${encodeURIComponent(cursor)}`
      const response = await server.admin('GET', to)
      expect([to, response.status]).toEqual([to, 400])
      const errors = (await response.json<Json>())['errors']
      expect(errors).toMatchObject([{ field: 'cursor' }])
    }
  }
  const next = await server.adminOk('GET', `/clients?limit=1&cursor=${String(clients)}`)
  expect(next['data']).toHaveLength(1)
})
