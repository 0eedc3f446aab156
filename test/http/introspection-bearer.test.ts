import { expect, it } from 'vitest'
import { ASSERTION_TYPE } from '../support/assertions-by-keys.ts'
import { API, ISSUER, type Json, type TestServer, testServer } from '../support/server.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000

async function started() {
  const server = testServer({ now: NOON })
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  const token = await server.token(client)
  return { server, client, token }
}

/** Status, error and challenge of an introspection by Bearer token; or what it tells. */
async function asked(server: TestServer, bearer: string, token: string) {
  const headers = { Authorization: `Bearer ${bearer}` }
  const response = await server.form('/oauth/introspect', { token }, undefined, headers)
  const body = await response.json<Json>()
  if (response.ok) return body
  const challenge = response.headers.get('www-authenticate') ?? ''
  return { status: response.status, error: body['error'], challenge }
}

const invalidToken = {
  status: 401,
  error: 'invalid_token',
  challenge: expect.stringMatching(/^Bearer .*error="invalid_token"/),
}
const insufficientScope = {
  status: 403,
  error: 'insufficient_scope',
  challenge: expect.stringMatching(
    /^Bearer .*error="insufficient_scope".*scope="tokens:introspect"/,
  ),
}

it('tells of any token a Bearer of a token for the issuer with tokens:introspect', async () => {
  const { server, client, token } = await started()
  const caller = await server.client({ [ISSUER]: 'tokens:introspect' })
  const bearer = await server.token(caller)
  expect(await asked(server, bearer, token)).toMatchObject({ active: true, client_id: client.id })
  expect(await asked(server, bearer, bearer)).toMatchObject({ active: true, client_id: caller.id })
  expect(await asked(server, bearer, 'nonsense')).toEqual({ active: false })
})

it('refuses a Bearer of a token for the issuer without tokens:introspect', async () => {
  const { server, token } = await started()
  const reader = await server.client({ [ISSUER]: 'clients:read' })
  expect(await asked(server, await server.token(reader), token)).toEqual(insufficientScope)
})

it.each([
  ['a client_secret', { client_id: 'client_1', client_secret: 'x' }],
  ['a client_assertion', { client_assertion_type: ASSERTION_TYPE, client_assertion: 'a.b.c' }],
  ['the type of an assertion', { client_assertion_type: ASSERTION_TYPE }],
])('refuses a Bearer beside %s: two ways at once', async (_name, fields) => {
  const { server, token } = await started()
  const bearer = await server.token(await server.client({ [ISSUER]: 'tokens:introspect' }))
  const headers = { Authorization: `Bearer ${bearer}` }
  const both = { token, ...fields }
  const response = await server.form('/oauth/introspect', both, undefined, headers)
  const { error } = await response.json<Json>()
  expect([response.status, error]).toEqual([400, 'invalid_request'])
})

it('refuses a Bearer that may introspect, with a token that does not say so', async () => {
  const { server, token } = await started()
  const caller = await server.client({ [ISSUER]: 'clients:read tokens:introspect' })
  const bearer = await server.token(caller, { scope: 'clients:read' })
  expect(await asked(server, bearer, token)).toEqual(insufficientScope)
})

it('refuses a Bearer that has lost tokens:introspect since its token was issued', async () => {
  const { server, token } = await started()
  const caller = await server.client({ [ISSUER]: 'clients:read tokens:introspect' })
  const bearer = await server.token(caller)
  await server.adminOk('PUT', `/clients/${caller.id}/access`, {
    roles: [],
    permissions: [{ audience: ISSUER, permission: 'clients:read' }],
  })
  expect(await asked(server, bearer, token)).toEqual(insufficientScope)
})

it('takes a token for another audience for no Bearer token here', async () => {
  const { server, token } = await started()
  const caller = await server.client({ [API]: 'tokens:introspect' })
  expect(await asked(server, await server.token(caller), token)).toEqual(invalidToken)
})

it('tells a Bearer whose token is not active nothing', async () => {
  const { server, token } = await started()
  const caller = await server.client({ [ISSUER]: 'tokens:introspect' })
  const bearer = await server.token(caller)
  await server.suspend(caller)
  expect(await asked(server, bearer, token)).toEqual(invalidToken)
  await server.resume(caller)
  expect(await asked(server, bearer, token)).toMatchObject({ active: true })
  server.clock.now = NOON + 43_200
  expect(await asked(server, bearer, token)).toEqual(invalidToken)
})

it.each(['nonsense', 'a.b.c', 'AAAA'])('refuses the Bearer token "%s"', async (bearer) => {
  const { server, token } = await started()
  expect(await asked(server, bearer, token)).toEqual(invalidToken)
})

it('takes the bootstrap token, which is for the admin API, for no Bearer token here', async () => {
  const { server, token } = await started()
  const bootstrap = String(server.bindings.BOOTSTRAP_TOKEN)
  expect(await asked(server, bootstrap, token)).toEqual(invalidToken)
})

it('refuses a Bearer that sends a client secret too', async () => {
  const { server, client, token } = await started()
  const caller = await server.client({ [ISSUER]: 'tokens:introspect' })
  const headers = { Authorization: `Bearer ${await server.token(caller)}` }
  const fields = { token, client_id: client.id, client_secret: client.secret }
  const response = await server.form('/oauth/introspect', fields, undefined, headers)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: 'invalid_request' })
})

it('reads a token behind no other scheme', async () => {
  const { server, token } = await started()
  const bearer = await server.token(await server.client({ [ISSUER]: 'tokens:introspect' }))
  for (const scheme of ['Token', 'Bearerx', 'DPoP', 'Basic', '']) {
    const headers = { Authorization: `${scheme} ${bearer}` }
    const response = await server.form('/oauth/introspect', { token }, undefined, headers)
    expect(response.status, scheme).toBe(401)
  }
})
