import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'
import type { Client } from '../../support/node/harness.ts'

/** Another authorization server with client credentials and DPoP, on loopback. */
export async function runPeer() {
  const client: Client = { id: 'a-client', secret: 'a secret of a client, of the tests alone' }
  const server = createServer((request, response) => {
    handler(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    features: { clientCredentials: { enabled: true }, dPoP: { enabled: true } },
  })
  const handler = provider.callback()
  return {
    client,
    tokenEndpoint: `${issuer}/token`,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}
