import * as oauth from 'oauth4webapi'
import type { Here } from '../support/place.ts'

export async function getToken({ issuer, audience, client }: Here): Promise<string> {
  const url = new URL(issuer)
  const found = await oauth.discoveryRequest(url, { algorithm: 'oauth2' })
  const server = await oauth.processDiscoveryResponse(url, found)
  const as = { client_id: client.id }
  const response = await oauth.clientCredentialsGrantRequest(
    server,
    as,
    oauth.ClientSecretBasic(client.secret),
    { resource: audience, scope: 'invoices:read' },
  )
  return (await oauth.processClientCredentialsResponse(server, as, response)).access_token
}
