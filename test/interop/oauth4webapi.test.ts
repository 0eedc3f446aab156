import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Client, type RunningWorker, runWorker } from '../support/node/harness.ts'

const API = 'https://api.example.com'
// The test speaks to a socket of its own machine.
const http = { [oauth.allowInsecureRequests]: true }

let worker: RunningWorker
let server: oauth.AuthorizationServer
let client: Client
let resourceServer: Client

beforeAll(async () => {
  worker = await runWorker()
  const permissions = [{ permission: 'invoices:read' }, { permission: 'invoices:write' }]
  await worker.admin('POST', '/apis', { audience: API, name: 'Billing', permissions })
  client = await worker.client(API, 'invoices:read', 'invoices:write')
  resourceServer = await worker.client(API, 'tokens:introspect')
  server = await discovered('oauth2')
})

afterAll(() => worker.close())

async function discovered(algorithm: 'oauth2' | 'oidc') {
  const issuer = new URL(worker.issuer)
  const response = await oauth.discoveryRequest(issuer, { algorithm, ...http })
  return oauth.processDiscoveryResponse(issuer, response)
}

const METHODS = {
  client_secret_basic: oauth.ClientSecretBasic,
  client_secret_post: oauth.ClientSecretPost,
}

async function tokenFor(
  { id, secret }: Client,
  authentication = oauth.ClientSecretBasic,
  parameters: Record<string, string> = {},
) {
  const as = { client_id: id }
  const response = await oauth.clientCredentialsGrantRequest(
    server,
    as,
    authentication(secret),
    new URLSearchParams(parameters),
    http,
  )
  return oauth.processClientCredentialsResponse(server, as, response)
}

async function introspected(token: string, { id, secret }: Client = resourceServer) {
  const as = { client_id: id }
  const authentication = oauth.ClientSecretBasic(secret)
  const response = await oauth.introspectionRequest(server, as, authentication, token, http)
  return oauth.processIntrospectionResponse(server, as, response)
}

async function revoke(token: string, { id, secret }: Client) {
  const as = { client_id: id }
  const authentication = oauth.ClientSecretPost(secret)
  const response = await oauth.revocationRequest(server, as, authentication, token, http)
  await oauth.processRevocationResponse(response)
}

/** As a resource server checks a request that carries the token. */
function validated(token: string, audience = API) {
  const headers = { Authorization: `Bearer ${token}` }
  const request = new Request(`${API}/invoices`, { headers })
  return oauth.validateJwtAccessToken(server, request, audience, http)
}

it.each(['oauth2', 'oidc'] as const)('discovers the server by %s', async (algorithm) => {
  const found = await discovered(algorithm)
  expect(found).toMatchObject({
    issuer: worker.issuer,
    token_endpoint: `${worker.issuer}/oauth/token`,
    response_types_supported: ['none'],
  })
})

it.each(['client_secret_basic', 'client_secret_post'] as const)(
  'gets a token by %s, which our metadata offers',
  async (method) => {
    expect(server.token_endpoint_auth_methods_supported).toContain(method)
    const token = await tokenFor(client, METHODS[method], { scope: 'invoices:read' })
    expect(token).toMatchObject({
      token_type: 'bearer',
      expires_in: 43_200,
      scope: 'invoices:read',
    })
  },
)

it('validates the token by our published keys', async () => {
  const { access_token: token } = await tokenFor(client, oauth.ClientSecretBasic, { resource: API })
  expect(await validated(token)).toMatchObject({
    iss: worker.issuer,
    sub: client.id,
    client_id: client.id,
    aud: API,
    scope: 'invoices:read invoices:write',
  })
  await expect(validated(token, 'https://other.example')).rejects.toThrow()
})

it('introspects the token until the client is suspended, and again once it is resumed', async () => {
  const { access_token: token } = await tokenFor(client)
  const before = await introspected(token)
  expect(before).toMatchObject({ active: true, client_id: client.id, aud: API })
  await worker.admin('PUT', `/clients/${client.id}/suspension`)
  expect(await introspected(token)).toEqual({ active: false })
  await expect(tokenFor(client)).rejects.toThrow()
  await worker.admin('DELETE', `/clients/${client.id}/suspension`)
  expect(await introspected(token)).toEqual(before)
})

it('revokes the token', async () => {
  const { access_token: token } = await tokenFor(client)
  expect(await introspected(token)).toMatchObject({ active: true })
  await revoke(token, client)
  expect(await introspected(token)).toEqual({ active: false })
  await expect(revoke('of nobody', client)).resolves.toBeUndefined()
})

it('is told by a wrong secret which challenge it failed, and by a wrong scope which error', async () => {
  const wrong = tokenFor({ ...client, secret: resourceServer.secret })
  await expect(wrong).rejects.toBeInstanceOf(oauth.WWWAuthenticateChallengeError)
  await expect(
    tokenFor(client, oauth.ClientSecretBasic, { scope: 'nobody' }),
  ).rejects.toMatchObject({ error: 'invalid_scope', status: 400 })
  await expect(
    tokenFor(client, oauth.ClientSecretPost, { resource: 'https://nobody.example' }),
  ).rejects.toMatchObject({ error: 'invalid_target', status: 400 })
})
