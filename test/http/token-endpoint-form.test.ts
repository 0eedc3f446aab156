import { expect, it } from 'vitest'
import { API, type Client, type Json, type TestServer, testServer } from '../support/server.ts'

const FORM = 'application/x-www-form-urlencoded'
const GRANT = 'grant_type=client_credentials'

async function started() {
  const server = testServer()
  await server.api()
  const client = await server.client({ [API]: 'invoices:read invoices:write' })
  return { server, client }
}

const basic = ({ id, secret }: Client) => `Basic ${btoa(`${id}:${secret}`)}`

/** A post with good Basic credentials, whatever else is wrong with it. */
function post(server: TestServer, client: Client, body: BodyInit, headers: HeadersInit = {}) {
  const init = { method: 'POST', body, headers: { Authorization: basic(client), ...headers } }
  return server.send('/oauth/token', init)
}

async function expectRefused(response: Response, status: number, error: string) {
  expect(response.headers.get('content-type')).toMatch(/^application\/json/)
  expect(response.headers.get('cache-control')).toBe('no-store')
  const body = await response.json<Json>()
  expect([response.status, body['error']], JSON.stringify(body)).toEqual([status, error])
  expect(body['error_description']).toEqual(expect.any(String))
}

it.each([
  ['no grant type', '', 'invalid_request'],
  ['an empty grant type', 'grant_type=', 'invalid_request'],
  ['the grant type password', 'grant_type=password', 'unsupported_grant_type'],
  ['the grant type authorization_code', 'grant_type=authorization_code', 'unsupported_grant_type'],
  ['a grant type in capitals', 'grant_type=CLIENT_CREDENTIALS', 'unsupported_grant_type'],
  ['a repeated grant type', `${GRANT}&${GRANT}`, 'invalid_request'],
  ['a repeated scope', `${GRANT}&scope=invoices:read&scope=invoices:read`, 'invalid_request'],
  ['a repeated scope of which one is empty', `${GRANT}&scope=&scope=a`, 'invalid_request'],
  ['a repeated parameter that nobody knows', `${GRANT}&x=1&x=1`, 'invalid_request'],
  ['a repeated client id', `${GRANT}&client_id=a&client_id=a`, 'invalid_request'],
  ['a name repeated in another encoding', `${GRANT}&scope=a&%73cope=a`, 'invalid_request'],
  ['what is no UTF-8, percent-encoded', `${GRANT}&scope=%FF%FE`, 'invalid_request'],
  ['an overlong encoding', `${GRANT}&scope=%C0%AF`, 'invalid_request'],
])('refuses %s', async (_, body, error) => {
  const { server, client } = await started()
  await expectRefused(await post(server, client, body, { 'Content-Type': FORM }), 400, error)
})

it.each([
  ['JSON', 'application/json', '{"grant_type":"client_credentials"}'],
  ['JSON that says it is plain text', 'text/plain', '{"grant_type":"client_credentials"}'],
  ['a form in ISO-8859-1', `${FORM}; charset=ISO-8859-1`, GRANT],
  ['a form in UTF-16', `${FORM};charset="utf-16"`, GRANT],
  ['a form in an unknown charset', `${FORM}; charset=utf-8-or-so`, GRANT],
  ['a form with an empty content type', '', GRANT],
  ['a type that begins like a form', `${FORM}x`, GRANT],
])('refuses %s', async (_, type, body) => {
  const { server, client } = await started()
  const response = await post(server, client, body, { 'Content-Type': type })
  await expectRefused(response, 400, 'invalid_request')
})

it('refuses a multipart form, and a body without a content type', async () => {
  const { server, client } = await started()
  const multipart = new FormData()
  multipart.set('grant_type', 'client_credentials')
  await expectRefused(await post(server, client, multipart), 400, 'invalid_request')
  const bytes = new TextEncoder().encode(GRANT)
  await expectRefused(await post(server, client, bytes), 400, 'invalid_request')
})

it('refuses raw bytes that are no UTF-8', async () => {
  const { server, client } = await started()
  const bytes = new Uint8Array([...new TextEncoder().encode(`${GRANT}&scope=`), 0xff, 0xfe])
  const response = await post(server, client, bytes, { 'Content-Type': FORM })
  await expectRefused(response, 400, 'invalid_request')
})

it.each([FORM, `${FORM}; charset=UTF-8`, `${FORM};charset="utf-8"`, FORM.toUpperCase()])(
  'takes a form of type %s',
  async (type) => {
    const { server, client } = await started()
    const response = await post(server, client, GRANT, { 'Content-Type': type })
    expect(response.status).toBe(200)
  },
)

it('takes an empty parameter for one that was not sent', async () => {
  const { server, client } = await started()
  const empty = '&scope=&resource=&client_id=&client_secret=&client_assertion='
  const response = await post(server, client, GRANT + empty, { 'Content-Type': FORM })
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ scope: 'invoices:read invoices:write' })
})

it('ignores a thousand parameters that it does not know, among them who the caller claims to be', async () => {
  const { server, client } = await started()
  const unknown = Array.from({ length: 1000 }, (_, i) => `p${i}=1`).join('&')
  const body = `${GRANT}&sub=root&client_name=root&${unknown}`
  const response = await post(server, client, body, { 'Content-Type': FORM })
  expect(response.status).toBe(200)
  const { access_token: token } = await response.json<Json>()
  expect(await server.introspect(String(token), client)).toMatchObject({ sub: client.id })
})

it('refuses a thousand resources as it refuses one that is no API', async () => {
  const { server, client } = await started()
  const resources = Array.from({ length: 1000 }, (_, i) => `resource=a:${i}`).join('&')
  const body = `${GRANT}&${resources}`
  const response = await post(server, client, body, { 'Content-Type': FORM })
  await expectRefused(response, 400, 'invalid_target')
})

/** A form of so many bytes. */
const padded = (length: number) => `${GRANT}&x=`.padEnd(length, 'x')

it('takes a body of 16 KiB and refuses one byte more', async () => {
  const { server, client } = await started()
  const headers = { 'Content-Type': FORM }
  expect((await post(server, client, padded(16_384), headers)).status).toBe(200)
  const response = await post(server, client, padded(16_385), headers)
  await expectRefused(response, 413, 'invalid_request')
})

it('refuses a body for the length that it declares', async () => {
  const { server, client } = await started()
  const headers = { 'Content-Type': FORM, 'Content-Length': '16385' }
  await expectRefused(await post(server, client, GRANT, headers), 413, 'invalid_request')
})

it('stops reading a body without a length where it passes the limit', async () => {
  const { server, client } = await started()
  let sent = 0
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 4096
      if (sent > 4_000_000) controller.close()
      else controller.enqueue(new Uint8Array(4096).fill(0x61))
    },
  })
  const response = await post(server, client, endless, { 'Content-Type': FORM })
  await expectRefused(response, 413, 'invalid_request')
  expect(sent).toBeLessThan(100_000)
})

it.each(['client_secret', 'access_token', 'token', 'client_assertion'])(
  'refuses a request with %s in its URL',
  async (name) => {
    const { server, client } = await started()
    const path = `/oauth/token?${name}=${client.secret}`
    const response = await server.form(path, GRANT, client)
    await expectRefused(response, 400, 'invalid_request')
  },
)

it('reads no parameter from the URL', async () => {
  const { server, client } = await started()
  const response = await server.form(`/oauth/token?${GRANT}`, '', client)
  await expectRefused(response, 400, 'invalid_request')
})

it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])(
  'answers %s with 405, and with what is allowed',
  async (method) => {
    const server = testServer()
    const response = await server.send('/oauth/token', { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  },
)

it('answers an unknown method with the headers of every other answer', async () => {
  const server = testServer()
  for (const path of ['/oauth/token', '/oauth/introspect', '/oauth/revoke', '/oauth/rotate']) {
    const { headers } = await server.send(path, { method: 'PUT' })
    expect(Object.fromEntries(headers), path).toMatchObject({
      'cache-control': 'no-store',
      pragma: 'no-cache',
      'x-content-type-options': 'nosniff',
    })
  }
})
