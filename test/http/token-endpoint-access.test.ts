import { decodeJwt } from 'jose'
import { expect, it } from 'vitest'
import { API, ISSUER, type Json, testServer } from '../support/server.ts'

const REPORTS = 'https://reports.example.com'
const UNUSED = 'https://unused.example.com'

/** One client on two APIs and on Portcullis itself. */
async function started() {
  const server = testServer()
  await server.api(API, 'invoices:read invoices:write')
  await server.api(REPORTS, 'reports:read invoices:archive')
  await server.api(UNUSED, 'unused:read')
  const client = await server.client({
    [API]: 'invoices:read invoices:write',
    [REPORTS]: 'reports:read',
    [ISSUER]: 'clients:read audit:read',
  })
  return { server, client }
}

type Asked = { scope?: string; resource?: string[] }

async function ask(
  server: ReturnType<typeof testServer>,
  client: { id: string; secret: string },
  { scope, resource = [] }: Asked,
) {
  const fields: [string, string][] = [['grant_type', 'client_credentials']]
  if (scope !== undefined) fields.push(['scope', scope])
  for (const value of resource) fields.push(['resource', value])
  const response = await server.form('/oauth/token', fields, client)
  const body = await response.json<Json>()
  if (!response.ok) return { status: response.status, error: body['error'] as string }
  const { aud, scope: inToken } = decodeJwt(String(body['access_token']))
  expect(inToken).toBe(body['scope'])
  return { aud, scope: inToken }
}

it.each<[string, Asked, { aud: string | string[]; scope: string }]>([
  [
    'everything elsewhere, and leaves its own audience out, by default',
    {},
    { aud: [API, REPORTS], scope: 'invoices:read invoices:write reports:read' },
  ],
  [
    'all that the client may do on one resource',
    { resource: [API] },
    { aud: API, scope: 'invoices:read invoices:write' },
  ],
  [
    'a resource asked for twice once',
    { resource: [API, API] },
    { aud: API, scope: expect.any(String) },
  ],
  [
    'several resources',
    { resource: [REPORTS, API] },
    { aud: [REPORTS, API], scope: 'invoices:read invoices:write reports:read' },
  ],
  [
    'exactly the scopes asked for, on the API they belong to',
    { scope: 'invoices:read' },
    { aud: API, scope: 'invoices:read' },
  ],
  [
    'scopes of two APIs on both',
    { scope: 'reports:read invoices:read' },
    { aud: [API, REPORTS], scope: 'reports:read invoices:read' },
  ],
  [
    'a scope on the resource asked for with it',
    { scope: 'invoices:write', resource: [API] },
    { aud: API, scope: 'invoices:write' },
  ],
  [
    'a resource on which none of the scopes lies, beside one where they do',
    { scope: 'invoices:read', resource: [API, REPORTS] },
    { aud: [API, REPORTS], scope: 'invoices:read' },
  ],
  [
    'its own scopes on its own audience',
    { scope: 'clients:read' },
    { aud: ISSUER, scope: 'clients:read' },
  ],
  [
    'its own audience when that is asked for alone',
    { resource: [ISSUER] },
    { aud: ISSUER, scope: 'audit:read clients:read' },
  ],
])('grants %s', async (_, asked, granted) => {
  const { server, client } = await started()
  expect(await ask(server, client, asked)).toEqual(granted)
})

const REFUSED: [string, Asked, string][] = [
  ['its own audience beside another', { resource: [ISSUER, API] }, 'invalid_target'],
  ['a resource that is no API', { resource: ['https://nobody.example'] }, 'invalid_target'],
  ['a resource that is no URI', { resource: ['nonsense'] }, 'invalid_target'],
  ['an API on which the client may do nothing', { resource: [UNUSED] }, 'invalid_target'],
  ['a good resource beside a bad one', { resource: [API, UNUSED] }, 'invalid_target'],
  ['a resource with two slashes added', { resource: [`${API}//`] }, 'invalid_target'],
  ['a resource in capitals', { resource: [API.toUpperCase()] }, 'invalid_target'],
  [
    'a bad resource before it looks at a bad scope',
    { scope: 'nobody:reads', resource: [UNUSED] },
    'invalid_target',
  ],
  [
    'a bad resource before it looks at a malformed scope',
    { scope: '"', resource: [UNUSED] },
    'invalid_target',
  ],
  [
    'its own audience beside another before it looks at the scope',
    { scope: 'nobody:reads', resource: [ISSUER, API] },
    'invalid_target',
  ],
  ['its own scopes mixed with another', { scope: 'clients:read invoices:read' }, 'invalid_scope'],
  ['a scope that the client lacks', { scope: 'invoices:archive' }, 'invalid_scope'],
  ['one scope too many', { scope: 'invoices:read clients:manage' }, 'invalid_scope'],
  ['a scope that nobody knows', { scope: 'nobody:reads' }, 'invalid_scope'],
  [
    'a scope of an API that was not asked for',
    { scope: 'reports:read', resource: [API] },
    'invalid_scope',
  ],
  ['its own scope on another API', { scope: 'clients:read', resource: [API] }, 'invalid_scope'],
  [
    'another API’s scope on its own',
    { scope: 'invoices:read', resource: [ISSUER] },
    'invalid_scope',
  ],
  ['a scope in capitals', { scope: 'INVOICES:READ' }, 'invalid_scope'],
  ['a prefix of a scope', { scope: 'invoices:' }, 'invalid_scope'],
  ['scopes separated by a comma', { scope: 'invoices:read,invoices:write' }, 'invalid_scope'],
  ['scopes separated by a tab', { scope: 'invoices:read\tinvoices:write' }, 'invalid_scope'],
  ['a quotation mark in a scope', { scope: 'invoices:read"' }, 'invalid_scope'],
]

it('refuses what the client may not do, a bad resource before a bad scope', async () => {
  const { server, client } = await started()
  for (const [what, asked, error] of REFUSED) {
    expect(await ask(server, client, asked), what).toEqual({ status: 400, error })
  }
})

it('tells a resource that is no API by no byte from one on which the client may do nothing', async () => {
  const { server, client } = await started()
  const grant = { grant_type: 'client_credentials' }
  const answers = await Promise.all(
    [UNUSED, 'https://nobody.example'].map(async (resource) => {
      const response = await server.form('/oauth/token', { ...grant, resource }, client)
      return response.text()
    }),
  )
  expect(answers[0]).toBe(answers[1])
})

it('issues a token for its own audience by default to a client with nothing else', async () => {
  const { server } = await started()
  const client = await server.client({ [ISSUER]: 'tokens:introspect' })
  expect(await ask(server, client, {})).toEqual({ aud: ISSUER, scope: 'tokens:introspect' })
})

it('refuses a client without any permission with invalid_scope', async () => {
  const { server } = await started()
  const client = await server.client()
  expect(await ask(server, client, {})).toEqual({ status: 400, error: 'invalid_scope' })
})

it('counts the permissions of a role as it counts those assigned directly', async () => {
  const { server } = await started()
  const role = await server.adminOk('POST', '/roles', {
    name: 'Reader of reports',
    permissions: [{ audience: REPORTS, permission: 'reports:read' }],
  })
  const client = await server.client({ [API]: 'invoices:read' }, { roles: [role['role_id']] })
  expect(await ask(server, client, {})).toEqual({
    aud: [API, REPORTS],
    scope: 'invoices:read reports:read',
  })
})

it('carries no right to an API that knows the same word and did not give it', async () => {
  const server = testServer()
  await server.api(API, 'invoices:read')
  await server.api(REPORTS, 'invoices:read reports:read')
  const client = await server.client({ [API]: 'invoices:read', [REPORTS]: 'reports:read' })
  const refused = { status: 400, error: 'invalid_scope' }
  expect(await ask(server, client, {})).toEqual(refused)
  expect(await ask(server, client, { resource: [API, REPORTS] })).toEqual(refused)
  expect(await ask(server, client, { scope: 'invoices:read reports:read' })).toEqual(refused)
  expect(await ask(server, client, { scope: 'invoices:read', resource: [API, REPORTS] })).toEqual(
    refused,
  )
  expect(await ask(server, client, { resource: [API] })).toEqual({
    aud: API,
    scope: 'invoices:read',
  })
  expect(await ask(server, client, { resource: [REPORTS] })).toEqual({
    aud: REPORTS,
    scope: 'reports:read',
  })
})

it('grants one word on two APIs that both gave it', async () => {
  const server = testServer()
  await server.api(API, 'invoices:read')
  await server.api(REPORTS, 'invoices:read')
  const client = await server.client({ [API]: 'invoices:read', [REPORTS]: 'invoices:read' })
  expect(await ask(server, client, {})).toEqual({ aud: [API, REPORTS], scope: 'invoices:read' })
})
