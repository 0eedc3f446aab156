import * as oauth from 'oauth4webapi'
import type { Here } from '../support/place.ts'

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** The workload's token in place of an assertion of the client's own. */
export const asClientAssertion =
  (type: 'jwt-bearer' | 'jwt-spiffe') =>
  (here: Here, assertion: string): Promise<string> => {
    const authentication: oauth.ClientAuth = (_server, client, body) => {
      body.set('client_id', client.client_id)
      body.set('client_assertion_type', `urn:ietf:params:oauth:client-assertion-type:${type}`)
      body.set('client_assertion', assertion)
    }
    return exchange(here, authentication, 'client_credentials')
  }

/** The workload's token as the grant. */
export const asGrant = (here: Here, assertion: string): Promise<string> =>
  exchange(here, oauth.None(), JWT_BEARER, { assertion })

async function exchange(
  { issuer, audience, client: { id } }: Here,
  authentication: oauth.ClientAuth,
  grantType: string,
  parameters: Record<string, string> = {},
): Promise<string> {
  const found = await oauth.discoveryRequest(new URL(issuer), { algorithm: 'oauth2' })
  const server = await oauth.processDiscoveryResponse(new URL(issuer), found)
  const as = { client_id: id }
  const all = { ...parameters, resource: audience, scope: 'invoices:read' }
  const response = await oauth.genericTokenEndpointRequest(
    server,
    as,
    authentication,
    grantType,
    all,
  )
  return (await oauth.processGenericTokenEndpointResponse(server, as, response)).access_token
}
