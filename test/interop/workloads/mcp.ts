import {
  exchangeJwtAuthGrant,
  StaticPrivateKeyJwtProvider as Provider2,
} from '@modelcontextprotocol/client'
import { StaticPrivateKeyJwtProvider as Provider1 } from '@modelcontextprotocol/sdk/client/auth-extensions.js'
import * as mcp1 from '../support/mcp-v1.ts'
import * as mcp2 from '../support/mcp-v2.ts'
import type { Here } from '../support/place.ts'

const options = ({ issuer, client: { id } }: Here, jwtBearerAssertion: string) => ({
  clientId: id,
  jwtBearerAssertion,
  expectedIssuer: issuer,
})

export const bySdk = (here: Here, token: string): Promise<string> =>
  mcp1.tokenBy(new Provider1(options(here, token)), here.audience)

export const byClient = (here: Here, token: string): Promise<string> =>
  mcp2.tokenBy(new Provider2(options(here, token)), here.audience)

/** Half of the cross-app access that it knows, without a secret of the client. */
export async function byGrant({ issuer, client: { id } }: Here, token: string): Promise<string> {
  const answer = await exchangeJwtAuthGrant({
    tokenEndpoint: `${issuer}/oauth/token`,
    jwtAuthGrant: token,
    clientId: id,
    authMethod: 'none',
  })
  return answer.access_token
}
