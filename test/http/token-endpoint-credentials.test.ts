import { expect, it } from 'vitest'
import { API, type Json, testServer } from '../support/server.ts'

const GRANT = { grant_type: 'client_credentials' }

async function started() {
  const server = testServer()
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  const inBody = { client_id: client.id, client_secret: client.secret }
  return { server, client, inBody }
}

const errorOf = async (response: Response) => [
  response.status,
  (await response.json<Json>())['error'],
]

it('refuses a client that authenticates in two ways at once, though both are right', async () => {
  const { server, client, inBody } = await started()
  const response = await server.form('/oauth/token', { ...GRANT, ...inBody }, client)
  expect(await errorOf(response)).toEqual([400, 'invalid_request'])
})

it.each(['Basic', 'Basic ', 'Basic !', 'Basic bm9jb2xvbg==', 'Bearer abc', 'Negotiate', ''])(
  'never falls back to good credentials in the body behind the header "%s"',
  async (header) => {
    const { server, inBody } = await started()
    const headers = { Authorization: header }
    const response = await server.form('/oauth/token', { ...GRANT, ...inBody }, undefined, headers)
    const [status, error] = await errorOf(response)
    expect([400, 401]).toContain(status)
    expect(['invalid_request', 'invalid_client']).toContain(error)
  },
)

it.each([
  ['without credentials', 'Basic'],
  ['that is no Base64', 'Basic !!!!'],
  ['in Base64 cut short', 'Basic YTpi='],
  ['with spaces within', 'Basic YTpi YTpi'],
  ['in base64url', 'Basic YTo_Pz8-'],
  ['without a colon', `Basic ${btoa('nocolon')}`],
  ['without a client id', `Basic ${btoa(':secret')}`],
  ['without a secret', `Basic ${btoa('id:')}`],
  ['that is no UTF-8', `Basic ${btoa('id:\xff\xfe')}`],
  ['with a broken percent-encoding', `Basic ${btoa('id:%zz')}`],
  ['with percent-encoded bytes that are no UTF-8', `Basic ${btoa('id:%ff')}`],
  ['of another scheme', 'Digest username="id"'],
  ['of a scheme that begins like Basic', `Basics ${btoa('id:secret')}`],
])('answers a header %s with invalid_client and a Basic challenge', async (_, header) => {
  const server = testServer()
  const response = await server.form('/oauth/token', GRANT, undefined, { Authorization: header })
  expect(response.headers.get('www-authenticate')).toMatch(/^Basic /)
  expect(await errorOf(response)).toEqual([401, 'invalid_client'])
})

it.each([
  ['no credentials', {}],
  ['a client id alone', { client_id: 'abc' }],
  ['a secret alone', { client_secret: 'abc' }],
  ['an empty secret', { client_id: 'abc', client_secret: '' }],
])('answers a request with %s with invalid_client', async (_, fields) => {
  const server = testServer()
  const response = await server.form('/oauth/token', { ...GRANT, ...fields })
  expect(await errorOf(response)).toEqual([401, 'invalid_client'])
})

it('takes the same client id in the body beside a Basic header, and refuses another', async () => {
  const { server, client } = await started()
  const same = await server.form('/oauth/token', { ...GRANT, client_id: client.id }, client)
  expect(same.status).toBe(200)
  const other = await server.form('/oauth/token', { ...GRANT, client_id: 'other' }, client)
  expect(await errorOf(other)).toEqual([400, 'invalid_request'])
})

it('refuses a client assertion beside a secret', async () => {
  const { server, client } = await started()
  const assertion = {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: 'a.b.c',
  }
  const response = await server.form('/oauth/token', { ...GRANT, ...assertion }, client)
  const [status] = await errorOf(response)
  expect([400, 401]).toContain(status)
})

it('repeats nothing that was sent in an error', async () => {
  const { server, inBody } = await started()
  const sent = `${inBody.client_secret}x`
  const fields = { ...GRANT, ...inBody, client_secret: sent, scope: '<script>' }
  const response = await server.form('/oauth/token', fields)
  const text = await response.text()
  expect(response.status).toBe(401)
  expect(text).not.toContain(inBody.client_id)
  expect(text).not.toContain(sent.slice(0, 20))
  expect(text).not.toContain('<script>')
})
