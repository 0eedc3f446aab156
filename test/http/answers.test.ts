import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { API, type Client, ISSUER, type Json, type TestServer } from '../support/server.ts'
import { receiverAt, serverWithStreams } from '../support/set-receiver.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const AT_NOON = '2026-11-22T12:00:00Z'

const NOSNIFF = { 'x-content-type-options': 'nosniff' }
const JSON_TYPE = { 'content-type': 'application/json' }
const UNSTORED = { 'cache-control': 'no-store', ...NOSNIFF }
const OAUTH = { ...UNSTORED, pragma: 'no-cache' }
const PUBLIC = { 'access-control-allow-origin': '*', ...NOSNIFF }
const OAUTH_JSON = { ...JSON_TYPE, ...OAUTH }
const ADMIN_JSON = { ...JSON_TYPE, ...UNSTORED }
const DOCUMENT = { ...JSON_TYPE, ...PUBLIC, 'cache-control': 'public, max-age=300' }
const LIST = { ...PUBLIC, 'cache-control': 'public, max-age=30' }

type World = { server: TestServer; client: Client; token: string }

let world: World
beforeEach(async () => {
  const server = await serverWithStreams({ now: NOON, statusLists: true })
  await server.api()
  const scopes = { [API]: 'invoices:read', [ISSUER]: 'tokens:introspect' }
  const client = await server.client(scopes)
  world = { server, client, token: await server.token(client) }
})

const get =
  (path: string, headers: Record<string, string> = {}) =>
  ({ server }: World) =>
    server.send(path, { headers })

/** There is a list once the cron has made one. */
async function aList({ server }: World): Promise<Response> {
  await server.cron()
  const { status_lists } = await (await server.send('/oauth/status-lists')).json<Json>()
  return server.send(String(status_lists[0]).slice(ISSUER.length))
}

describe('an answer has these headers, and no others', () => {
  it.each<[string, (world: World) => Promise<Response>, number, Record<string, unknown>]>([
    ['where everything is', get('/'), 200, { ...JSON_TYPE, vary: 'Accept' }],
    [
      'the way to the console',
      get('/', { Accept: ' text/html,*/*' }),
      302,
      { location: `${ISSUER}/console`, vary: 'Accept' },
    ],
    ['the health', get('/health'), 200, OAUTH_JSON],
    ['metadata', get('/.well-known/oauth-authorization-server'), 200, DOCUMENT],
    ['metadata of streams', get('/.well-known/ssf-configuration'), 200, DOCUMENT],
    ['the keys', get('/.well-known/jwks.json'), 200, DOCUMENT],
    ['the status lists', get('/oauth/status-lists'), 200, { ...LIST, ...JSON_TYPE }],
    ['a status list', aList, 200, { ...LIST, 'content-type': 'application/statuslist+jwt' }],
    ['the status of another time', get('/oauth/status-lists/a?time=1'), 501, OAUTH_JSON],
    ['a list that there is not', get('/oauth/status-lists/a'), 404, OAUTH_JSON],
    ['a token', ({ server, client }) => server.tokenRequest(client), 200, OAUTH_JSON],
    [
      'an introspection',
      ({ server, client, token }) => server.form('/oauth/introspect', { token }, client),
      200,
      OAUTH_JSON,
    ],
    [
      'a revocation',
      ({ server, client, token }) => server.form('/oauth/revoke', { token }, client),
      200,
      OAUTH,
    ],
    [
      'a client',
      ({ server, client }) => server.admin('GET', `/clients/${client.id}`),
      200,
      { ...ADMIN_JSON, etag: '"1"' },
    ],
    ['clients', ({ server }) => server.admin('GET', '/clients'), 200, ADMIN_JSON],
    [
      'a role that is made',
      ({ server }) => server.admin('POST', '/roles', { name: 'Reader', permissions: [] }),
      201,
      {
        ...ADMIN_JSON,
        etag: '"1"',
        location: expect.stringMatching(/^https:\/\/auth\.example\/admin\/v1\/roles\/role_\w{16}$/),
      },
    ],
    [
      'a client that is deleted',
      ({ server, client }) => server.admin('DELETE', `/clients/${client.id}`),
      204,
      UNSTORED,
    ],
    [
      'another method',
      ({ server }) => server.admin('PUT', '/clients', {}),
      405,
      { ...UNSTORED, 'content-type': 'application/problem+json', allow: 'GET, POST, HEAD' },
    ],
    [
      'another path',
      ({ server }) => server.admin('GET', '/nothing'),
      404,
      { ...UNSTORED, 'content-type': 'application/problem+json' },
    ],
  ])('%s', async (_what, send, status, headers) => {
    const response = await send(world)
    expect([response.status, Object.fromEntries(response.headers)]).toEqual([status, headers])
    await response.body?.cancel()
  })
})

const bodyOf = async (send: (world: World) => Promise<Response>) => (await send(world)).json<Json>()

describe('what is written nowhere else', () => {
  it('is the answer at the mount: where everything is', async () => {
    expect(await bodyOf(get('/'))).toEqual({
      issuer: ISSUER,
      metadata: `${ISSUER}/.well-known/openid-configuration`,
      health: `${ISSUER}/health`,
      admin: `${ISSUER}/admin/v1`,
      console: `${ISSUER}/console`,
    })
  })

  it('is the metadata of the server, member by member', async () => {
    const methods = ['client_secret_basic', 'client_secret_post', 'private_key_jwt']
    const algorithms = ['ES256', 'ES384', 'EdDSA', 'PS256', 'RS256', 'RS384', 'Ed25519']
    expect(await bodyOf(get('/.well-known/oauth-authorization-server'))).toEqual({
      issuer: ISSUER,
      token_endpoint: `${ISSUER}/oauth/token`,
      introspection_endpoint: `${ISSUER}/oauth/introspect`,
      revocation_endpoint: `${ISSUER}/oauth/revoke`,
      jwks_uri: `${ISSUER}/.well-known/jwks.json`,
      grant_types_supported: ['client_credentials'],
      authorization_endpoint: `${ISSUER}/oauth/authorize`,
      response_types_supported: ['none'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256', 'RS256'],
      token_endpoint_auth_methods_supported: methods,
      token_endpoint_auth_signing_alg_values_supported: algorithms,
      introspection_endpoint_auth_methods_supported: methods,
      introspection_endpoint_auth_signing_alg_values_supported: algorithms,
      revocation_endpoint_auth_methods_supported: methods,
      revocation_endpoint_auth_signing_alg_values_supported: algorithms,
      dpop_signing_alg_values_supported: ['ES256', 'ES384', 'EdDSA', 'Ed25519', 'PS256', 'RS256'],
      status_list_aggregation_endpoint: `${ISSUER}/oauth/status-lists`,
    })
  })

  it.each([
    [
      '/oauth/status-lists/a?time=1',
      'not_implemented',
      'Only the current status is available, not that of another time.',
    ],
    ['/oauth/status-lists/a', 'not_found', 'There is no such status list.'],
  ])('is why there is nothing at %s', async (path, error, error_description) => {
    expect(await bodyOf(get(path))).toEqual({ error, error_description })
  })

  it('is what a token and its introspection say', async () => {
    const { client, token, server } = world
    const issued = await bodyOf(() => server.tokenRequest(client))
    expect(issued).toEqual({
      access_token: expect.stringMatching(/^eyJ/),
      token_type: 'Bearer',
      expires_in: 43_200,
      scope: 'invoices:read',
    })
    expect(await server.introspect(token, client)).toEqual({
      active: true,
      scope: 'invoices:read',
      client_id: client.id,
      token_type: 'Bearer',
      exp: NOON + 43_200,
      iat: NOON,
      sub: client.id,
      aud: API,
      iss: ISSUER,
      jti: expect.stringMatching(/^\w{22}$/),
    })
    expect(await server.introspect(`${token}x`, client)).toEqual({ active: false })
  })
})

const KEY = { version: '1', configured: true, current: true }

it('health tells an administrator all of it', async () => {
  const { server } = world
  const receiver = await receiverAt(server)
  await receiver.polled()
  await server.cron()
  server.clock.now += 60
  const kid = expect.stringMatching(/^[\w-]{43}$/)
  const body = await bodyOf(get('/health', { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` }))
  expect(body).toEqual({
    status: 'ok',
    problems: [],
    cron: { last_run_at: AT_NOON, failed: [] },
    pending: { denylist_entries: 0, reminders: 0, reminders_given_up: 0, reminders_uncertain: 0 },
    mail: { mailer: 'log', missing: expect.stringMatching(/^MAIL_FROM/), last_error: null },
    events: null,
    security_event_streams: { total: 1, ailing: [] },
    signing_key: { kid, active_since: AT_NOON, age_seconds: 60 },
    standby_key: {
      kid,
      published_since: AT_NOON,
      usable_from: '2026-11-23T12:05:00Z',
      tried_at: AT_NOON,
      discarded: [],
    },
    signing_keys_not_ours: [],
    audit_log: { verified_at: AT_NOON, intact: true },
    denylist_pass: { began_at: AT_NOON, entries: 0, held: 0, done: true },
    anchors: { newest_at: AT_NOON, age_seconds: 60, unreadable: 0 },
    kv_emptied_at: null,
    taken_back: false,
    shut: false,
    closed: false,
    keys: [
      { ...KEY, name: 'PEPPER', in_use: 2, or_more: false },
      { ...KEY, name: 'WRAPPING_KEY', in_use: 4, or_more: false },
      { ...KEY, name: 'AUDIT_KEY', in_use: 1, or_more: true },
    ],
    settings: [],
    issuer_configured: true,
    gates_answer: null,
    clients_held: 0,
    database: { bytes: expect.any(Number), limit: 10_000_000_000 },
    refused_today: {},
    suspended_clients_trying: [],
  })
})
