import { type Client, liveSecrets } from '../domain/client.ts'
import { Refusal } from '../domain/errors.ts'
import { decideGrant, type GrantRequest } from '../domain/grant.ts'
import type { Access } from '../domain/permission.ts'
import type { Deps } from '../domain/ports.ts'
import { claimsFor, type TokenClaims } from '../domain/token.ts'
import { findClient } from './change-client.ts'

export type TokenPreview = {
  client: Client
  access: Access
  /** Why the client would get no token at all, whatever it asks for. */
  obstacles: ('suspended' | 'no_live_secret')[]
  /** What it would get; or why not. */
  claims: TokenClaims | Refusal
}

type PreviewDeps = Pick<Deps, 'clients' | 'credentials' | 'issuer' | 'now'>

/** In place of the id that each token has of its own. */
const NO_JTI = '…'

/** What a token would say if the client asked for one now: decided as the token endpoint decides. */
export async function previewToken(
  deps: PreviewDeps,
  clientId: string,
  request: GrantRequest,
): Promise<TokenPreview> {
  const client = await findClient(deps, clientId)
  const reference = { clientId, jti: '', kid: '' }
  const { tokens } = await deps.credentials.withTokens(null, [reference])
  const access = tokens[0]?.client?.access ?? { permissions: [], namesakes: [] }
  const now = deps.now()
  const obstacles: TokenPreview['obstacles'] = []
  if (client.suspension) obstacles.push('suspended')
  if (liveSecrets(client, now).length === 0) obstacles.push('no_live_secret')
  const issue = { issuer: deps.issuer, jti: NO_JTI, now }
  return { client, access, obstacles, claims: claimsOf(client, access, request, issue) }
}

function claimsOf(
  client: Client,
  access: Access,
  request: GrantRequest,
  issue: Parameters<typeof claimsFor>[2],
): TokenPreview['claims'] {
  try {
    return claimsFor(client, decideGrant(access, request, issue.issuer), issue)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}
