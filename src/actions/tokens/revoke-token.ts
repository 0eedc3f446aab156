import type { Credential } from '../../domain/credential.ts'
import { Refusal } from '../../domain/errors.ts'
import { REVOKED_MAX } from '../../domain/denylist.ts'
import type { Deps } from '../../domain/deps.ts'
import type { Seconds } from '../../domain/time.ts'
import type { TokenClaims } from '../../domain/token.ts'
import { authenticateClient, type Caller } from '../auth/authenticate-client.ts'
import type { AuthenticationDeps } from '../auth/authentication-method.ts'
import { methodOf } from '../auth/authentication-methods.ts'
import { type ChangeClientDeps, changeClient, unchanged } from '../clients/change-client.ts'
import { FEW_ATTEMPTS, NO_ONE_TO_ASK } from '../changes/commit-change.ts'
import { settleClients } from '../changes/settle-gates.ts'

type RevocationDeps = AuthenticationDeps & ChangeClientDeps & Pick<Deps, 'tokenVerifier'>

const RETRY_AFTER: Seconds = 600

/**
 * Revokes one token of the caller (RFC 7009). For a token that is unknown, expired or already
 * revoked there is nothing to do; another client's token is refused and stays.
 */
export async function revokeToken(
  deps: RevocationDeps,
  request: { caller: Caller; token: string; requestId: string },
): Promise<void> {
  const { caller, token, requestId } = request
  const reference = deps.tokenVerifier.reference(token)
  const { credential, tokens } = await authenticateClient(deps, caller, (lookup) =>
    deps.credentials.withTokens(lookup, [reference]),
  )
  const [facts] = tokens
  if (!facts?.key) return
  const claims = await deps.tokenVerifier.verify(token, facts.key, deps.now())
  if (!claims) return
  if (claims.client_id !== credential.clientId) {
    throw new Refusal('invalid_request', 'The token was issued to another client.')
  }
  if (facts.revoked) settleClients(deps, [claims.client_id])
  else await revoke(deps, claims, credential, requestId)
}

async function revoke(
  deps: RevocationDeps,
  claims: TokenClaims,
  credential: Credential,
  requestId: string,
): Promise<void> {
  const { client_id: clientId, jti, exp: expiresAt } = claims
  const principal = { type: 'client' as const, id: clientId, permissions: [] }
  await changeClient(
    deps,
    { principal, requestId, clientId, ...NO_ONE_TO_ASK },
    async (client, now) => {
      methodOf(credential).requireStillUsable(client, credential, now)
      if (await deps.credentials.isRevoked(jti)) return unchanged(client)
      await refuseTooManyRevoked(deps, clientId, now)
      return {
        after: { ...client, denylistVersion: client.denylistVersion + 1, propagation: 'pending' },
        events: [{ action: 'token.revoked', target: { type: 'token', id: jti } }],
        writes: [{ kind: 'revoked_token', clientId, jti, expiresAt }],
      }
    },
    // The caller's right is the credential, checked again here; the change gives way to
    // administrators.
    { allow: () => {}, attempts: FEW_ATTEMPTS },
  )
}

/**
 * Each token is listed in the client's denylist entry until it expires: above the limit, revoke all
 * tokens instead.
 */
async function refuseTooManyRevoked(
  deps: RevocationDeps,
  clientId: string,
  now: Seconds,
): Promise<void> {
  if ((await deps.clients.revokedTokens(clientId, now)) < REVOKED_MAX) return
  throw new Refusal(
    'too_many_requests',
    'Too many tokens of this client have been revoked individually.',
    {
      retryAfter: RETRY_AFTER,
      detail: 'revocations',
    },
  )
}
