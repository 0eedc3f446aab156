import type { Deps } from '../../domain/deps.ts'
import { Refusal } from '../../domain/errors.ts'
import type { SecurityEvents } from '../../domain/event-stream.ts'
import { activeToken, refuseBound } from '../auth/active-token.ts'

type ReceiverDeps = Pick<Deps, 'credentials' | 'tokenVerifier' | 'now' | 'closed' | 'learn'>

/** CAEP Interoperability Profile 1.0 §2.7.3. */
export type ReceiverScope = 'ssf.read' | 'ssf.manage'

/**
 * The receiver behind one of our access tokens, which must be for streams alone: a token that names another
 * API as well has been shown there. `ssf.manage` includes `ssf.read`.
 */
export async function authorizeReceiver(
  deps: ReceiverDeps,
  { audience }: Pick<SecurityEvents, 'audience'>,
  bearer: string,
  scope: ReceiverScope,
): Promise<string> {
  const reference = deps.tokenVerifier.reference(bearer)
  const found = reference && (await deps.credentials.withTokens(null, [reference]))
  const claims = found && (await activeToken(deps, bearer, found.tokens[0]))
  if (claims?.aud !== audience) {
    throw new Refusal('invalid_token', 'The access token is not active here.')
  }
  deps.learn({ clientId: claims.client_id, isProven: true, method: 'bearer' })
  refuseBound(claims)
  const held = claims.scope.split(' ')
  if (held.includes(scope) || held.includes('ssf.manage')) return claims.client_id
  throw new Refusal('insufficient_scope', `The access token lacks ${scope}.`, { scope })
}
