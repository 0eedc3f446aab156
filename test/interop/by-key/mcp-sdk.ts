import {
  PrivateKeyJwtProvider,
  StaticPrivateKeyJwtProvider,
} from '@modelcontextprotocol/sdk/client/auth-extensions.js'
import { type Keyed, madeBeforehand } from '../support/keyed.ts'
import { tokenBy } from '../support/mcp-v1.ts'

export async function client({ issuer, audience, client: { id }, key }: Keyed) {
  const options = { clientId: id, privateKey: key.pem, algorithm: key.alg, expectedIssuer: issuer }
  return () => tokenBy(new PrivateKeyJwtProvider(options), audience)
}

/** It sends what it was given, as often as it asks. */
export async function withOneAssertion(keyed: Keyed) {
  const { issuer, audience, client } = keyed
  const jwtBearerAssertion = await madeBeforehand(keyed)
  const options = { clientId: client.id, jwtBearerAssertion, expectedIssuer: issuer }
  return () => tokenBy(new StaticPrivateKeyJwtProvider(options), audience)
}
