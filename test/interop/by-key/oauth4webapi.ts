import * as oauth from 'oauth4webapi'
import type { Keyed } from '../support/keyed.ts'

export async function client({ issuer, audience, client: { id }, key }: Keyed) {
  const url = new URL(issuer)
  const found = await oauth.discoveryRequest(url, { algorithm: 'oauth2' })
  const server = await oauth.processDiscoveryResponse(url, found)
  const as = { client_id: id }
  const authentication = oauth.PrivateKeyJwt(key.privateKey)
  return async () => {
    const parameters = { resource: audience, scope: 'invoices:read' }
    const response = await oauth.clientCredentialsGrantRequest(
      server,
      as,
      authentication,
      parameters,
    )
    return (await oauth.processClientCredentialsResponse(server, as, response)).access_token
  }
}
