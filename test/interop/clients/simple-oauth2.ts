import { ClientCredentials } from 'simple-oauth2'
import type { Here } from '../support/place.ts'

export async function getToken({ issuer, audience, client }: Here): Promise<string> {
  const machine = new ClientCredentials({
    client,
    auth: { tokenHost: issuer, tokenPath: '/oauth/token' },
  })
  // Parameters that its type does not know are sent as well.
  const parameters: Record<string, string> = { scope: 'invoices:read', resource: audience }
  const { token } = await machine.getToken(parameters)
  return String(token['access_token'])
}
