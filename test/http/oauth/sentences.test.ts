import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseForm } from '../../../src/http/oauth/form.ts'
import { API, type Client, type Json, testServer, type TestServer } from '../../support/server.ts'

beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}))
afterEach(() => void vi.restoreAllMocks())

const GRANT = { grant_type: 'client_credentials' }
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const OVERLAP = 'overlap must be a whole number of seconds from 0 to 86400.'
const TWO_WAYS = 'The client authenticates in two ways at once.'
const REPEATED = 'A parameter is repeated.'
const IN_URL = 'Credentials belong in the header or body, never in the URL.'

type World = { server: TestServer; client: Client }

async function world(): Promise<World> {
  const server = testServer()
  await server.api()
  return { server, client: await server.client({ [API]: 'invoices:read' }) }
}

type Case = [what: string, (world: World) => Promise<Response>, error: string, says: string]

const token =
  (fields: Record<string, string> | string, isProven = true, path = '/oauth/token') =>
  ({ server, client }: World) =>
    server.form(path, fields, isProven ? client : undefined)

const rotate = (overlap: string): Case => [
  `an overlap of ${overlap}`,
  token({ overlap }, true, '/oauth/rotate'),
  'invalid_request',
  OVERLAP,
]

describe('a refusal of an OAuth endpoint says why', () => {
  it.each<Case>([
    [
      'an assertion beside the secret',
      token({ grant_type: JWT_BEARER, assertion: 'a.b.c' }),
      'invalid_request',
      'Send no client authentication with the assertion.',
    ],
    [
      'an assertion where no issuer is trusted',
      token({ grant_type: JWT_BEARER, assertion: 'a.b.c' }, false),
      'unsupported_grant_type',
      'This grant type is not supported: the metadata list those that are as grant_types_supported.',
    ],
    [
      'two APIs by two names',
      token({ ...GRANT, resource: API, audience: 'https://other.example' }),
      'invalid_request',
      'resource and audience name different APIs: send one of them.',
    ],
    ['no grant', token({}), 'invalid_request', 'The parameter grant_type is missing.'],
    [
      'another client in the body',
      token({ ...GRANT, client_id: 'client_other' }),
      'invalid_request',
      'The client_id in the body names another client.',
    ],
    ['two secrets', token({ ...GRANT, client_secret: 'x' }), 'invalid_request', TWO_WAYS],
    [
      'an id without a secret',
      token({ ...GRANT, client_id: 'client_1' }, false),
      'invalid_client',
      'Client authentication is missing.',
    ],
    [
      'an assertion of another type',
      token({ ...GRANT, client_assertion: 'a.b.c', client_assertion_type: 'x' }, false),
      'invalid_client',
      'The client_assertion_type here is urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    ],
    ['a repeated scope', token('scope=a&scope=b'), 'invalid_request', REPEATED],
    [
      'a scope in the URL',
      token(GRANT, true, '/oauth/token?scope=a'),
      'invalid_request',
      'scope belongs in the body, not in the URL.',
    ],
    [
      'a grant in the URL',
      token({}, true, '/oauth/token?grant_type=a'),
      'invalid_request',
      'grant_type belongs in the body, not in the URL.',
    ],
    ...['client_secret', 'client_assertion', 'assertion', 'access_token', 'token'].map(
      (name): Case => [
        `a ${name} in the URL`,
        token(GRANT, true, `/oauth/token?${name}=a`),
        'invalid_request',
        IN_URL,
      ],
    ),
    ...['scopes', 'Scope', 'resources', 'Audiences', 'sco_pe'].map(
      (name): Case => [
        `a parameter ${name}`,
        token({ ...GRANT, [name]: 'a' }),
        'invalid_request',
        `There is no such parameter: it is called ${name.toLowerCase().replace(/_|s$/, '')}.`,
      ],
    ),
    ['bytes that are not UTF-8', token('a=%ff'), 'invalid_request', 'The body is not UTF-8.'],
    [
      'a body that is no form',
      ({ server }) =>
        server.send('/oauth/token', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: '{}',
        }),
      'invalid_request',
      'Send application/x-www-form-urlencoded in UTF-8.',
    ],
    [
      'no token to introspect',
      token({}, true, '/oauth/introspect'),
      'invalid_request',
      'The parameter token is missing.',
    ],
    [
      'no token to revoke',
      token({}, true, '/oauth/revoke'),
      'invalid_request',
      'The parameter token is missing.',
    ],
    [
      'a token and a secret',
      ({ server }) =>
        server.form('/oauth/introspect', { token: 'x', client_secret: 'x' }, undefined, {
          Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}`,
        }),
      'invalid_request',
      'The caller authenticates in two ways at once.',
    ],
    [
      'a person to authorize',
      ({ server }) => server.send('/oauth/authorize?response_type=code'),
      'unsupported_response_type',
      'There are no users to authorize here: use the token endpoint.',
    ],
    rotate('86401'),
    rotate('-1'),
    rotate('1.5'),
    rotate('0000001'),
  ])('%s', async (_what, send, error, says) => {
    const body = await (await send(await world())).json<Json>()
    expect(body).toEqual({ error, error_description: expect.stringContaining(says) })
  })
})

it('what else is in the URL is not read, as RFC 6749 has it of parameters that are unknown', async () => {
  const { server, client } = await world()
  const response = await server.form('/oauth/token?trace=a', GRANT, client)
  expect(response.status).toBe(200)
})

describe('a form', () => {
  it.each([
    ['a=b&c=d', { a: ['b'], c: ['d'] }],
    ['&a=b&&', { a: ['b'] }],
    ['a', { a: [] }],
    ['a=', { a: [] }],
    ['a==b', { a: ['=b'] }],
    ['=a', { '': ['a'] }],
    ['?a=b', { '?a': ['b'] }],
    ['a=b+c%20d', { a: ['b c d'] }],
    ['resource=a&resource=b', { resource: ['a', 'b'] }],
    ['audience=a&audience=%62', { audience: ['a', 'b'] }],
    ['resource=&resource=b', { resource: ['b'] }],
  ])('%s is read once, however it is spelled', (text, values) => {
    const form = parseForm(text)
    const names = Object.keys(values)
    expect(Object.fromEntries(names.map((name) => [name, form.all(name)]))).toEqual(values)
    expect(names.map((name) => form.one(name))).toEqual(Object.values(values).map(([one]) => one))
    expect(form.all('other')).toEqual([])
  })
})
