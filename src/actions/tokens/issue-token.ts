import type { Confirmation } from '../../domain/confirmation.ts'
import type { Lookup } from '../../domain/credential.ts'
import type { Proof } from '../../domain/dpop.ts'
import { Refusal, Unavailable } from '../../domain/errors.ts'
import { decideGrant, type GrantRequest } from '../../domain/granted-access.ts'
import type { Deps } from '../../domain/deps.ts'
import { statusClaim } from '../../domain/status-list.ts'
import {
  bindingOf,
  type BindingTerms,
  bindingTerms,
  bindsToCertificate,
} from '../../domain/token-binding.ts'
import { claimsFor, JTI_LENGTH, type TokenClaims } from '../../domain/token.ts'
import { refuseTooLong } from '../../domain/token-size.ts'
import { isOfKnownCaller, ISSUED, type Outcome, outcomeOf } from '../../domain/token-counts.ts'
import { authenticateClient, type Caller } from '../auth/authenticate-client.ts'
import type { AuthenticationDeps } from '../auth/authentication-method.ts'
import { isOverAMinuteAgo } from '../../domain/time.ts'
import type { SigningKeyDeps } from '../keys/change-signing-keys.ts'
import { ensureSigningKey } from '../keys/ensure-signing-key.ts'
import { keepSigningKeys } from '../keys/keep-signing-keys.ts'

export type IssuedToken = {
  accessToken: string
  expiresIn: number
  scope: string
  cnf: Confirmation | null
}

/** The keys that the sender of a request holds; the certificate is looked at where it matters. */
export type Possession = { proof: Proof | null; thumbprint: () => Promise<string | null> }

type IssueDeps = AuthenticationDeps &
  SigningKeyDeps &
  Pick<
    Deps,
    'issuer' | 'random' | 'signer' | 'statusListBase' | 'tokenCounts' | 'policy' | 'tokenReads'
  >

/** Issues an access token (RFC 6749 §4.4, RFC 9068): one read, one signature, no write before the answer but that of an assertion's use. */
export async function issueToken(
  deps: IssueDeps,
  caller: Caller,
  request: GrantRequest,
  possession: Possession,
): Promise<IssuedToken> {
  try {
    const { clientId, ...token } = await issue(deps, caller, request, possession)
    count(deps, clientId, ISSUED)
    deps.learn({ outcome: 'issued' })
    return token
  } catch (error) {
    if (error instanceof Refusal) count(deps, caller.credentials.clientId, outcomeOf(error))
    throw error
  }
}

/** A stranger's request causes no write: its count is written with the next known caller's. */
function count(deps: IssueDeps, clientId: string, outcome: Outcome): void {
  const now = deps.now()
  deps.tokenCounts.count(clientId, outcome, now)
  if (!isOfKnownCaller(outcome) || !deps.tokenCounts.isDue(now)) return
  deps.defer(() => deps.tokenCounts.flush(now))
}

async function issue(
  deps: IssueDeps,
  caller: Caller,
  request: GrantRequest,
  possession: Possession,
): Promise<IssuedToken & { clientId: string }> {
  const now = deps.now()
  const read = (lookup: Lookup) => deps.tokenReads.forToken(lookup, deps.algorithm, now)
  const row = await authenticateClient(deps, caller, read)
  const cnf = await boundTo(bindingTerms(row.credential, deps.policy), possession)
  const grant = decideGrant(row.credential.access, request, deps.issuer)
  const { statusPlace: place } = row.credential
  const [jti, base] = [deps.random(JTI_LENGTH), deps.statusListBase]
  const status = base !== null && place ? statusClaim(base, place, jti) : null
  const claims = claimsFor(row.credential, grant, { issuer: deps.issuer, jti, now, cnf, status })
  const accessToken = await signed(deps, claims, row.activeKid)
  refuseTooLong(accessToken.length)
  if (row.lacksKey && deps.keyMemory.isUpkeepDue(now)) {
    deps.defer(async () => void (await keepSigningKeys(deps)))
  }
  const { clientId, lastTokenAt } = row.credential
  if (isOverAMinuteAgo(lastTokenAt, now)) {
    deps.defer(() => deps.credentials.noteToken(clientId, now, lastTokenAt === null))
  }
  return { clientId, accessToken, expiresIn: claims.exp - claims.iat, scope: claims.scope, cnf }
}

function boundTo(terms: BindingTerms, { proof, thumbprint }: Possession) {
  const boundWith = (certificate: string | null) =>
    bindingOf(terms, { proof, thumbprint: certificate })
  return bindsToCertificate(terms, proof) ? thumbprint().then(boundWith) : boundWith(null)
}

/**
 * Signs with the key that is active by the database's dates. If that key is unusable (its row was
 * tampered with or damaged), signs with the active one among our own keys.
 */
async function signed(
  deps: IssueDeps,
  claims: TokenClaims,
  activeKid: string | null,
): Promise<string> {
  try {
    if (activeKid !== null) return await signedWith(deps, claims, activeKid)
  } catch (error) {
    if (!(error instanceof Unavailable) || error.what !== 'signing_key') throw error
  }
  return signedWith(deps, claims, await ensureSigningKey(deps))
}

async function signedWith(deps: IssueDeps, claims: TokenClaims, kid: string): Promise<string> {
  const token = await deps.signer.sign(claims, kid)
  deps.keyMemory.signedWith(kid)
  return token
}
