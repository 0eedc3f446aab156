import { Issuer } from 'openid-client5'
import type { Here } from '../support/place.ts'

export async function getToken({ issuer, audience, client }: Here): Promise<string> {
  const { Client } = await Issuer.discover(issuer)
  const machine = new Client({ client_id: client.id, client_secret: client.secret })
  const parameters = { grant_type: 'client_credentials', scope: 'invoices:read' }
  const { access_token: token } = await machine.grant({ ...parameters, resource: audience })
  return String(token)
}
