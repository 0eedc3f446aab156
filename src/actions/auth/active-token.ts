import type { TokenFacts } from '../../domain/credential.ts'
import { Refusal, Unavailable } from '../../domain/errors.ts'
import type { Deps } from '../../domain/deps.ts'
import { scopeStillHeld, type TokenClaims } from '../../domain/token.ts'

/**
 * The claims of a token that is active according to the database's primary, with its scope reduced
 * to what the client still has; null if it is not active, for any reason.
 */
export async function activeToken(
  deps: Pick<Deps, 'tokenVerifier' | 'now' | 'closed'>,
  token: string,
  facts: TokenFacts | undefined,
): Promise<TokenClaims | null> {
  refuseWhileClosed(deps)
  refuseWhileShut(facts)
  if (!facts?.client || !facts.key || facts.client.suspended) return null
  if (facts.key.revoked || facts.revoked) return null
  const claims = await deps.tokenVerifier.verify(token, facts.key, deps.now())
  // Both directions: a newer generation means that the database was restored to an earlier time.
  if (!claims || claims.gen !== facts.client.generation) return null
  const scope = scopeStillHeld(claims, facts.client.access)
  return scope === '' ? null : { ...claims, scope }
}

/**
 * A bound token must not be taken as a bearer token (RFC 9449 §7.2), and no proof is looked at at this
 * server's own endpoints.
 * @throws Refusal for a token that is bound to a key
 */
export function refuseBound({ cnf }: TokenClaims): void {
  if (!cnf) return
  throw new Refusal(
    'invalid_token',
    'The token is bound to a key, and only bearer tokens are accepted here.',
    {
      reason: 'bound_token',
    },
  )
}

/** While the database is being restored, its answers about a client cannot be trusted. */
export function refuseWhileClosed({ closed }: Pick<Deps, 'closed'>): void {
  if (closed) throw new Unavailable('configuration', 'the server is closed for maintenance')
}

/**
 * After a restore, until the changes that the database forgot have been looked up in the denylist.
 */
export function refuseWhileShut(read: { shut: boolean } | undefined): void {
  if (read?.shut) throw shut()
}

export function shut(): Unavailable {
  return new Unavailable('d1', 'it was restored and is being compared with the denylist')
}
