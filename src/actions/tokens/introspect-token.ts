import { Refusal } from '../../domain/errors.ts'
import { type Access, INTROSPECT } from '../../domain/permission.ts'
import type { Deps } from '../../domain/deps.ts'
import { audiencesOf, type TokenClaims } from '../../domain/token.ts'
import { activeToken, refuseBound } from '../auth/active-token.ts'
import { authenticateClient, type Caller } from '../auth/authenticate-client.ts'
import type { AuthenticationDeps } from '../auth/authentication-method.ts'

export type IntrospectionCaller = Caller | { bearer: string }

type IntrospectionDeps = AuthenticationDeps & Pick<Deps, 'issuer' | 'tokenVerifier' | 'tokenReads'>

/**
 * The claims of an active token, for a caller in the same account: its binding is its credential.
 */
export async function inspectToken(
  deps: Pick<Deps, 'tokenReads' | 'tokenVerifier' | 'now' | 'closed'>,
  token: string,
): Promise<TokenClaims | null> {
  const reference = deps.tokenVerifier.reference(token)
  if (!reference) return null
  const { tokens } = await deps.tokenReads.withTokens(null, [reference])
  return activeToken(deps, token, tokens[0])
}

type Viewer = { clientId: string; audiences: string[] }

/** The claims of an active token that the caller may see (RFC 7662 §2.2); otherwise null. */
export async function introspectToken(
  deps: IntrospectionDeps,
  request: { caller: IntrospectionCaller; token: string },
): Promise<TokenClaims | null> {
  const { viewer, claims } =
    'bearer' in request.caller
      ? await askedByBearer(deps, request.caller.bearer, request.token)
      : await askedByClient(deps, request.caller, request.token)
  const seen = claims && maySee(viewer, claims, deps.issuer) ? claims : null
  deps.learn({ outcome: seen ? 'active' : 'inactive' })
  return seen
}

async function askedByClient(deps: IntrospectionDeps, caller: Caller, token: string) {
  const reference = deps.tokenVerifier.reference(token)
  const { credential, tokens } = await authenticateClient(deps, caller, (lookup) =>
    deps.tokenReads.withTokens(lookup, [reference]),
  )
  const viewer = viewerOf(credential.clientId, credential.access)
  return { viewer, claims: await activeToken(deps, token, tokens[0]) }
}

async function askedByBearer(deps: IntrospectionDeps, bearer: string, token: string) {
  const references = [bearer, token].map((text) => deps.tokenVerifier.reference(text))
  const { tokens } = await deps.tokenReads.withTokens(null, references)
  const caller = await activeToken(deps, bearer, tokens[0])
  if (caller?.aud !== deps.issuer)
    throw new Refusal('invalid_token', 'The token is not active here.')
  deps.learn({ clientId: caller.client_id, isProven: true, method: 'bearer' })
  refuseBound(caller)
  if (!caller.scope.split(' ').includes(INTROSPECT)) {
    throw new Refusal('insufficient_scope', `This needs ${INTROSPECT}.`, { scope: INTROSPECT })
  }
  // A client that still has this permission on Portcullis itself may introspect every token.
  const viewer = { clientId: caller.client_id, audiences: [deps.issuer] }
  return { viewer, claims: await activeToken(deps, token, tokens[1]) }
}

function viewerOf(clientId: string, access: Access): Viewer {
  const audiences = access.permissions
    .filter((p) => p.permission === INTROSPECT)
    .map((p) => p.audience)
  return { clientId, audiences }
}

function maySee(viewer: Viewer, claims: TokenClaims, issuer: string): boolean {
  return (
    claims.client_id === viewer.clientId ||
    viewer.audiences.includes(issuer) ||
    audiencesOf(claims).some((audience) => viewer.audiences.includes(audience))
  )
}
