import * as openid from 'openid-client'
import type { Here } from '../support/place.ts'

export async function getToken({ issuer, audience, client }: Here): Promise<string> {
  const configuration = await openid.discovery(new URL(issuer), client.id, client.secret)
  const parameters = { resource: audience, scope: 'invoices:read' }
  return (await openid.clientCredentialsGrant(configuration, parameters)).access_token
}
