import type { Principal } from '../../domain/authority.ts'
import type { Address } from '../../domain/credential.ts'
import { Refusal, type RefusalExtras } from '../../domain/errors.ts'
import { OWN_PERMISSIONS, type OwnPermission } from '../../domain/permission.ts'
import type { Deps } from '../../domain/deps.ts'
import { activeToken, refuseBound } from './active-token.ts'
import { type GuessDeps, isBootstrapToken } from './guess-limit.ts'

type AuthorizationDeps = GuessDeps &
  Pick<Deps, 'tokenReads' | 'issuer' | 'tokenVerifier' | 'now' | 'closed' | 'learn'>

/**
 * Identifies the principal of a Bearer token: the deployment's bootstrap token, or one of our
 * access tokens.
 */
export async function authorizeAdministration(
  deps: AuthorizationDeps,
  bearer: string,
  address: Address,
): Promise<Principal> {
  const reference = deps.tokenVerifier.reference(bearer)
  if (!reference) {
    if (!(await isBootstrapToken(deps, bearer, address))) {
      throw invalidToken({ reason: 'bootstrap_token_guess' })
    }
    deps.learn({ isProven: true, method: 'bootstrap' })
    return { type: 'bootstrap', id: 'bootstrap' }
  }
  const { tokens } = await deps.tokenReads.withTokens(null, [reference])
  const claims = await activeToken(deps, bearer, tokens[0])
  if (claims?.aud !== deps.issuer) throw invalidToken()
  deps.learn({ clientId: claims.client_id, isProven: true, method: 'bearer' })
  refuseBound(claims)
  return { type: 'client', id: claims.client_id, permissions: ownPermissionsIn(claims.scope) }
}

function ownPermissionsIn(scope: string): OwnPermission[] {
  return scope
    .split(' ')
    .filter((name): name is OwnPermission => Object.hasOwn(OWN_PERMISSIONS, name))
}

function invalidToken(extras: RefusalExtras = {}): Refusal {
  return new Refusal('invalid_token', 'The access token is not active here.', extras)
}
