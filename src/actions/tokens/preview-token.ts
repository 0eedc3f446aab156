import type { Client } from '../../domain/client.ts'
import { countLiveCredentials } from '../../domain/credentials-of.ts'
import { Refusal } from '../../domain/errors.ts'
import { decideGrant, type GrantRequest } from '../../domain/granted-access.ts'
import type { Access } from '../../domain/permission.ts'
import type { Confirmation } from '../../domain/confirmation.ts'
import type { Deps } from '../../domain/deps.ts'
import type { Seconds } from '../../domain/time.ts'
import { type StatusClaim, statusClaim } from '../../domain/status-list.ts'
import { claimsFor, JTI_LENGTH, type TokenClaims } from '../../domain/token.ts'
import { type BindingTerms, bindingTerms } from '../../domain/token-binding.ts'
import { refuseTooLong, tokenLength } from '../../domain/token-size.ts'
import { findClient } from '../clients/change-client.ts'

export type TokenPreview = {
  client: Client
  access: Access
  /** Why the client would get no token at all, whatever it requests. */
  obstacles: ('suspended' | 'no_live_credential')[]
  /** The claims of the token, or why it would be refused. */
  claims: TokenClaims | Refusal
  /** The length of the token as sent; 0 if there would be none. */
  length: number
}

type PreviewDeps = Pick<
  Deps,
  | 'clients'
  | 'credentials'
  | 'issuer'
  | 'algorithm'
  | 'now'
  | 'policy'
  | 'statusListBase'
  | 'statusLists'
>

/** In place of the unique id of a real token. */
const NO_JTI = '…'

/** It takes the last of a client's indices, which is the longest. */
const SOME_JTI = 'A'.repeat(JTI_LENGTH)

/** SHA-256 in base64url. */
const SOME_THUMBPRINT = 't'.repeat(43)

/** The token that the client would get now, decided exactly as by the token endpoint. */
export async function previewToken(
  deps: PreviewDeps,
  clientId: string,
  request: GrantRequest,
): Promise<TokenPreview> {
  const client = await findClient(deps, clientId)
  const reference = { clientId, jti: '', kid: '' }
  const { tokens } = await deps.credentials.withTokens(null, [reference])
  const access = tokens[0]?.client?.access ?? { permissions: [], namesakes: [] }
  const status = await statusOf(deps, clientId)
  const now = deps.now()
  const obstacles: TokenPreview['obstacles'] = []
  if (client.suspension) obstacles.push('suspended')
  if (countLiveCredentials(client, now) === 0) obstacles.push('no_live_credential')
  return { client, access, obstacles, ...tokenOf(deps, { client, access, status }, request, now) }
}

async function statusOf(
  { statusListBase: base, statusLists }: PreviewDeps,
  clientId: string,
): Promise<StatusClaim | null> {
  const place = base === null ? null : await statusLists.placeOf(clientId)
  return base !== null && place ? statusClaim(base, place, SOME_JTI) : null
}

type Holder = { client: Client; access: Access; status: StatusClaim | null }

function tokenOf(
  { issuer, algorithm, policy }: PreviewDeps,
  { client, access, status }: Holder,
  request: GrantRequest,
  now: Seconds,
): Pick<TokenPreview, 'claims' | 'length'> {
  const terms = bindingTerms(client, policy)
  try {
    const grant = decideGrant(access, request, issuer)
    const like = (jti: string, cnf: Confirmation | null) =>
      claimsFor(client, grant, { issuer, jti, now, cnf, status })
    const length = tokenLength(like(SOME_JTI, confirmationOf(terms, SOME_THUMBPRINT)), algorithm)
    refuseTooLong(length)
    return { claims: like(NO_JTI, confirmationOf(terms, NO_JTI)), length }
  } catch (error) {
    if (error instanceof Refusal) return { claims: error, length: 0 }
    throw error
  }
}

/** The keys that a token would be bound to at least; which they are is seen when it is asked for. */
function confirmationOf(terms: BindingTerms, thumbprint: string): Confirmation | null {
  const { requireDpop, bindToCertificate, profile } = terms
  if (requireDpop && bindToCertificate) return { jkt: thumbprint, 'x5t#S256': thumbprint }
  if (bindToCertificate) return { 'x5t#S256': thumbprint }
  return requireDpop || profile !== null ? { jkt: thumbprint } : null
}
