import { Issuer } from 'openid-client5'
import type { Keyed } from '../support/keyed.ts'

/** `aud`: in place of what it writes by itself. */
export async function client(
  { issuer, audience, client: { id }, key }: Keyed,
  aud?: string | string[],
) {
  const { Client } = await Issuer.discover(issuer)
  const metadata = { client_id: id, token_endpoint_auth_method: 'private_key_jwt' } as const
  const machine = new Client(metadata, { keys: [{ ...key.privateJwk, use: 'sig' }] })
  const parameters = { grant_type: 'client_credentials', resource: audience }
  const extras = aud === undefined ? {} : { clientAssertionPayload: { aud } }
  return async () => String((await machine.grant(parameters, extras)).access_token)
}
