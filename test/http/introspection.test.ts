import { decodeJwt } from 'jose'
import { expect, it } from 'vitest'
import { unreachableDatabase, unreachableNamespace } from '../support/counting.ts'
import { API, ISSUER, type Json, testServer } from '../support/server.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const REPORTS = 'https://reports.example.com'
const INACTIVE = { active: false }

/** A client of two APIs, and what each of them introspects with. */
async function started() {
  const server = testServer({ now: NOON })
  await server.api(API, 'invoices:read invoices:write')
  await server.api(REPORTS, 'reports:read')
  const client = await server.client({ [API]: 'invoices:read', [REPORTS]: 'reports:read' })
  const invoices = await server.client({ [API]: 'tokens:introspect' })
  const reports = await server.client({ [REPORTS]: 'tokens:introspect' })
  const everything = await server.client({ [ISSUER]: 'tokens:introspect' })
  return { server, client, invoices, reports, everything }
}

it('tells an API all about a token that is for it', async () => {
  const { server, client, invoices } = await started()
  const token = await server.token(client, { resource: API })
  expect(await server.introspect(token, invoices)).toEqual({
    active: true,
    scope: 'invoices:read',
    client_id: client.id,
    token_type: 'Bearer',
    iat: NOON,
    exp: NOON + 43_200,
    sub: client.id,
    aud: API,
    iss: ISSUER,
    jti: decodeJwt(token).jti,
  })
})

it('tells an API nothing of a token that is for another', async () => {
  const { server, client, invoices, reports } = await started()
  const token = await server.token(client, { resource: API })
  expect(await server.introspect(token, reports)).toEqual(INACTIVE)
  expect(await server.introspect(token, invoices)).toMatchObject({ active: true })
})

it('tells each API of a token that is for both', async () => {
  const { server, client, invoices, reports } = await started()
  const token = await server.token(client)
  for (const caller of [invoices, reports]) {
    expect(await server.introspect(token, caller)).toMatchObject({
      active: true,
      aud: [API, REPORTS],
    })
  }
})

it('tells of all tokens whoever may introspect on the issuer, and a client of its own', async () => {
  const { server, client, everything } = await started()
  const stranger = await server.client({ [API]: 'invoices:read' })
  const token = await server.token(client, { resource: REPORTS })
  expect(await server.introspect(token, everything)).toMatchObject({ active: true, aud: REPORTS })
  expect(await server.introspect(token, client)).toMatchObject({ active: true, aud: REPORTS })
  expect(await server.introspect(token, stranger)).toEqual(INACTIVE)
})

it('tells an API nothing of a token for the issuer', async () => {
  const { server, invoices, everything } = await started()
  const token = await server.token(everything)
  expect(await server.introspect(token, invoices)).toEqual(INACTIVE)
})

it('stops telling a caller that has lost tokens:introspect', async () => {
  const { server, client, invoices } = await started()
  const token = await server.token(client)
  await server.adminOk('PUT', `/clients/${invoices.id}/access`, { roles: [], permissions: [] })
  expect(await server.introspect(token, invoices)).toEqual(INACTIVE)
})

it('says that a token is not active from the second in which it expires', async () => {
  const { server, client } = await started()
  const token = await server.token(client)
  server.clock.now = NOON + 43_199
  expect(await server.introspect(token, client)).toMatchObject({ active: true })
  server.clock.now = NOON + 43_200
  expect(await server.introspect(token, client)).toEqual(INACTIVE)
})

it('says of what is no token at all that it is not active', async () => {
  const { server, client } = await started()
  const texts = ['x', 'a.b.c', '.', '..', '...', 'null', '{}', ' ', '\u0000', '🔑']
  for (const text of [...texts, 'x'.repeat(16_000)]) {
    expect(await server.introspect(text, client), text.slice(0, 20)).toEqual(INACTIVE)
  }
})

it('says of a token of another issuer that it is not active', async () => {
  const { server, client, everything } = await started()
  const elsewhere = testServer({ now: NOON, issuer: 'https://elsewhere.example' })
  const token = await elsewhere.token(client)
  expect(decodeJwt(token).iss).toBe('https://elsewhere.example')
  expect(await server.introspect(token, everything)).toEqual(INACTIVE)
})

it('says of a secret, and of the bootstrap token, that it is no active token', async () => {
  const { server, client, everything } = await started()
  expect(await server.introspect(client.secret, everything)).toEqual(INACTIVE)
  const bootstrap = String(server.bindings.BOOTSTRAP_TOKEN)
  expect(await server.introspect(bootstrap, everything)).toEqual(INACTIVE)
})

it('cuts the scope to what the client still has', async () => {
  const { server, everything } = await started()
  const client = await server.client({ [API]: 'invoices:read invoices:write' })
  const token = await server.token(client)
  const allow = (permissions: Json[]) =>
    server.adminOk('PUT', `/clients/${client.id}/access`, { roles: [], permissions })
  await allow([{ audience: API, permission: 'invoices:write' }])
  expect(await server.introspect(token, everything)).toMatchObject({ scope: 'invoices:write' })
  await allow([{ audience: REPORTS, permission: 'reports:read' }])
  expect(await server.introspect(token, everything)).toEqual(INACTIVE)
  await allow([{ audience: API, permission: 'invoices:read' }])
  expect(await server.introspect(token, everything)).toMatchObject({ scope: 'invoices:read' })
})

it('takes from a token what a role no longer gives', async () => {
  const { server, everything } = await started()
  const permissions = ['invoices:read', 'invoices:write'].map((permission) => ({
    audience: API,
    permission,
  }))
  const role = await server.adminOk('POST', '/roles', { name: 'Billing', permissions })
  const client = await server.client({}, { roles: [role['role_id']] })
  const token = await server.token(client)
  await server.adminOk('PATCH', `/roles/${role['role_id']}`, {
    permissions: permissions.slice(0, 1),
  })
  expect(await server.introspect(token, everything)).toMatchObject({ scope: 'invoices:read' })
})

it('gives a token no right that its client was given after it was issued', async () => {
  const { server, client, everything } = await started()
  const token = await server.token(client, { scope: 'invoices:read' })
  const permissions = ['invoices:read', 'invoices:write'].map((permission) => ({
    audience: API,
    permission,
  }))
  await server.adminOk('PUT', `/clients/${client.id}/access`, { roles: [], permissions })
  expect(await server.introspect(token, everything)).toMatchObject({ scope: 'invoices:read' })
})

it.each([
  ['no token', {}],
  ['an empty token', { token: '' }],
])('refuses a request with %s', async (_, fields) => {
  const { server, client } = await started()
  const response = await server.form('/oauth/introspect', fields, client)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: 'invalid_request' })
})

it('refuses a repeated token, JSON, a token in the URL, and a body over 16 KiB', async () => {
  const { server, client } = await started()
  const path = '/oauth/introspect'
  const answers = [
    await server.form(path, 'token=a&token=a', client),
    await server.form(path, '{"token":"a"}', client, { 'Content-Type': 'application/json' }),
    await server.form(`${path}?token=a`, 'token=a', client),
    await server.form(path, { token: 'x'.repeat(16_384) }, client),
  ]
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 413])
  for (const answer of answers) {
    expect(await answer.json()).toMatchObject({ error: 'invalid_request' })
  }
})

it('ignores a hint that is wrong', async () => {
  const { server, client } = await started()
  const fields = { token: await server.token(client), token_type_hint: 'refresh_token' }
  const response = await server.form('/oauth/introspect', fields, client)
  expect(await response.json()).toMatchObject({ active: true })
})

it('answers a caller that does not authenticate with 401, whatever the token', async () => {
  const { server, client, reports } = await started()
  const token = await server.token(client)
  const wrong = { ...client, secret: reports.secret }
  for (const caller of [undefined, wrong]) {
    const response = await server.form('/oauth/introspect', { token }, caller)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic /)
    expect(await response.json()).toMatchObject({ error: 'invalid_client' })
  }
})

it('lets no cache keep an answer, and no page of another origin read one', async () => {
  const { server, client } = await started()
  const origin = { Origin: 'https://other.example' }
  const token = await server.token(client)
  for (const caller of [client, undefined]) {
    const { headers } = await server.form('/oauth/introspect', { token }, caller, origin)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('pragma')).toBe('no-cache')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('access-control-allow-origin')).toBeNull()
  }
})

it('INV-11: says active of nothing while D1 is out of reach', async () => {
  const { server, client } = await started()
  const token = await server.token(client)
  const cutOff = testServer({ now: NOON, env: { DB: unreachableDatabase() } })
  const response = await cutOff.form('/oauth/introspect', { token }, client)
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
  expect(await response.text()).not.toContain('active')
})

it('INV-11: is exact while KV is out of reach', async () => {
  const { client, invoices } = await started()
  const server = testServer({ now: NOON, env: { DENYLIST: unreachableNamespace() } })
  const token = await server.token(client)
  expect(await server.introspect(token, invoices)).toMatchObject({ active: true })
  expect(await (await server.suspend(client)).json()).toMatchObject({ propagation: 'pending' })
  expect(await server.introspect(token, invoices)).toEqual(INACTIVE)
})
