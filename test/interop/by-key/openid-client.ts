import * as openid from 'openid-client'
import type { Keyed } from '../support/keyed.ts'

export async function client({ issuer, audience, client: { id }, key }: Keyed) {
  const authentication = openid.PrivateKeyJwt(key.privateKey)
  const found = await openid.discovery(new URL(issuer), id, undefined, authentication)
  const parameters = { resource: audience, scope: 'invoices:read' }
  return async () => (await openid.clientCredentialsGrant(found, parameters)).access_token
}
