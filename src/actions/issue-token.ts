import { decideGrant, type GrantRequest } from '../domain/grant.ts'
import type { Deps } from '../domain/ports.ts'
import { claimsFor } from '../domain/token.ts'
import {
  type AuthenticationDeps,
  authenticateClient,
  type Caller,
  isOverAMinuteAgo,
} from './authenticate-client.ts'
import type { CommitDeps } from './commit-change.ts'
import { ensureSigningKey } from './ensure-signing-key.ts'

export type IssuedToken = { accessToken: string; expiresIn: number; scope: string }

type IssueDeps = AuthenticationDeps &
  CommitDeps &
  Pick<Deps, 'issuer' | 'algorithm' | 'random' | 'signer' | 'signingKeys' | 'signingKeyMaker'>

const JTI_LENGTH = 22

/** Issues an access token (RFC 6749 §4.4, RFC 9068): one read, one signature, no write before the answer. */
export async function issueToken(
  deps: IssueDeps,
  caller: Caller,
  request: GrantRequest,
): Promise<IssuedToken> {
  const now = deps.now()
  const read = (keyId: string) => deps.credentials.forToken(keyId, deps.algorithm, now)
  const row = await authenticateClient(deps, caller, read)
  const grant = decideGrant(row.credential.access, request, deps.issuer)
  const claims = claimsFor(row.credential, grant, {
    issuer: deps.issuer,
    jti: deps.random(JTI_LENGTH),
    now,
  })
  const kid = row.activeKid ?? (await ensureSigningKey(deps))
  const accessToken = await deps.signer.sign(claims, kid)
  const { clientId, lastTokenAt } = row.credential
  if (isOverAMinuteAgo(lastTokenAt, now)) {
    deps.afterwards(() => deps.credentials.noteToken(clientId, now))
  }
  return { accessToken, expiresIn: claims.exp - claims.iat, scope: claims.scope }
}
