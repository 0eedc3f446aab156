import * as client from 'openid-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Client, type RunningWorker, runWorker } from '../support/node/harness.ts'

const API = 'https://api.example.com'

let worker: RunningWorker
let exporter: Client
let resourceServer: Client

beforeAll(async () => {
  worker = await runWorker({ SIGNING_ALGORITHM: 'RS256' })
  const permissions = [{ permission: 'invoices:read' }]
  await worker.admin('POST', '/apis', { audience: API, name: 'Billing', permissions })
  exporter = await worker.client(API, 'invoices:read')
  resourceServer = await worker.client(API, 'tokens:introspect')
})

afterAll(() => worker.close())

const METHODS = {
  client_secret_basic: client.ClientSecretBasic,
  client_secret_post: client.ClientSecretPost,
}

function configured(
  { id, secret }: Client,
  method: keyof typeof METHODS = 'client_secret_basic',
  algorithm: 'oauth2' | 'oidc' = 'oauth2',
) {
  return client.discovery(new URL(worker.issuer), id, undefined, METHODS[method](secret), {
    algorithm,
    // The test speaks to a socket of its own machine.
    execute: [client.allowInsecureRequests],
  })
}

it.each(['oauth2', 'oidc'] as const)('discovers the server by %s', async (algorithm) => {
  const metadata = (await configured(exporter, 'client_secret_basic', algorithm)).serverMetadata()
  expect(metadata).toMatchObject({
    issuer: worker.issuer,
    introspection_endpoint: `${worker.issuer}/oauth/introspect`,
    revocation_endpoint: `${worker.issuer}/oauth/revoke`,
  })
})

it.each(['client_secret_basic', 'client_secret_post'] as const)(
  'gets, introspects and revokes a token by %s',
  async (method) => {
    const [mine, theirs] = [
      await configured(exporter, method),
      await configured(resourceServer, method),
    ]
    const { access_token: token, scope } = await client.clientCredentialsGrant(mine, {
      scope: 'invoices:read',
      resource: API,
    })
    expect(scope).toBe('invoices:read')
    expect(await client.tokenIntrospection(theirs, token)).toMatchObject({
      active: true,
      client_id: exporter.id,
      aud: API,
    })
    await client.tokenRevocation(mine, token)
    expect(await client.tokenIntrospection(theirs, token)).toEqual({ active: false })
  },
)

it('is refused the revocation of another client’s token', async () => {
  const [mine, theirs] = [await configured(exporter), await configured(resourceServer)]
  const { access_token: token } = await client.clientCredentialsGrant(mine)
  await expect(client.tokenRevocation(theirs, token)).rejects.toMatchObject({
    error: 'invalid_request',
    status: 400,
  })
  expect(await client.tokenIntrospection(theirs, token)).toMatchObject({ active: true })
})
