import type {
  Address,
  Credential,
  CredentialKind,
  CredentialOf,
  Lookup,
  Presented,
  PresentedCredentials,
} from '../../domain/credential.ts'
import { Refusal } from '../../domain/errors.ts'
import type { Attempt } from '../../domain/failure-limit.ts'
import { sealedHashIn } from '../../domain/imported-secret.ts'
import { tellableClientId } from '../../domain/request-facts.ts'
import type { Seconds } from '../../domain/time.ts'
import { refuseWhileClosed, refuseWhileShut } from './active-token.ts'
import type { AuthenticationDeps, AuthenticationMethod, Failure } from './authentication-method.ts'
import { methodOf } from './authentication-methods.ts'

export type Caller = { credentials: PresentedCredentials; address: Address }

type Row = { credential: Credential | null; shut: boolean }

/**
 * Authenticates the calling client (RFC 6749 §2.3). `read` makes the one statement that returns the
 * credential and everything else the endpoint needs. However many attempts failed from an address, a
 * credential that has not failed is still looked up: it may be the right one.
 */
export function authenticateClient<R extends Row>(
  deps: AuthenticationDeps,
  { credentials, address }: Caller,
  read: (lookup: Lookup) => Promise<R>,
): Promise<R & { credential: Credential }> {
  return authenticateBy(deps, methodOf(credentials), credentials, address, read)
}

async function authenticateBy<K extends CredentialKind, R extends Row>(
  deps: AuthenticationDeps,
  method: AuthenticationMethod<K>,
  presented: Presented<K>,
  address: Address,
  read: (lookup: Lookup) => Promise<R>,
): Promise<R & { credential: Credential }> {
  deps.learn({ clientId: tellableClientId(presented.clientId), method: presented.kind })
  refuseWhileClosed(deps)
  const now = deps.now()
  const examined = await method.examine(deps, presented, now)
  const attempt = {
    address,
    name: presented.clientId,
    secret: 'fault' in examined ? null : examined.counted,
  }
  refuseForTooMany(await deps.failures.wait(attempt, now), FAILURES)
  if ('fault' in examined) return fail(deps, attempt, now, examined.fault)
  const row = await read({ ...examined.lookup, clientId: presented.clientId })
  refuseWhileShut(row)
  const credential = ownOfKind(row.credential, presented)
  if (isCostly(row.credential)) await refuseCostly(deps, attempt, now)
  const isProven = await method.proves(deps, presented, credential, now)
  if (!isProven || !credential || examined.stillHolds?.(credential) === false) {
    method.forget?.(deps, presented)
    return fail(deps, attempt, now, method.failure, credential)
  }
  deps.learn({ clientId: credential.clientId, isProven: true })
  refuseSuspended(credential)
  refuseOutsideProfile(credential, examined)
  method.requireLive(credential, now)
  method.noteUse(deps, presented, credential, now)
  return { ...row, credential }
}

/**
 * The credential that was found, if it is of the kind and the client that the caller claims; some
 * kinds name their client by themselves.
 */
function ownOfKind<K extends CredentialKind>(
  found: Credential | null,
  { kind, clientId }: Presented<K>,
): CredentialOf<K> | null {
  if (found?.kind !== kind || (clientId !== '' && found.clientId !== clientId)) return null
  return found as CredentialOf<K>
}

const FAILURES = 'Too many failed authentications from this address.'
const HASH_CHECKS = 'Too many authentications with imported secrets from this address.'

function refuseForTooMany(retryAfter: Seconds, description: string): void {
  if (retryAfter === 0) return
  throw new Refusal('too_many_requests', description, { retryAfter, detail: 'failures' })
}

/** Whether the hash of another server was kept for it. */
function isCostly(found: Credential | null): boolean {
  return found?.kind === 'secret' && sealedHashIn(found.secret.verifier) !== null
}

/**
 * The hash of another server takes milliseconds to verify. So the attempts are counted before, and
 * those of one client together, whatever they send: they could otherwise be used to keep the server
 * busy. An address has room for a fleet that moves in one night.
 */
async function refuseCostly(
  deps: AuthenticationDeps,
  { address, name }: Attempt,
  now: Seconds,
): Promise<void> {
  const attempt = { address, name, secret: null }
  refuseForTooMany(await deps.hashChecks.record(attempt, now), HASH_CHECKS)
}

async function fail(
  deps: AuthenticationDeps,
  attempt: Attempt,
  now: Seconds,
  { description, ...cause }: Failure,
  found: Credential | null = null,
): Promise<never> {
  // One of another server's ids, which is told only once it is found here.
  if (found) deps.learn({ clientId: found.clientId })
  refuseForTooMany(await deps.failures.record(attempt, now), FAILURES)
  throw new Refusal('invalid_client', description, cause)
}

/** FAPI 2.0 Security Profile §5.3.2.1. A secret, or such a key, is not there by any change made here. */
function refuseOutsideProfile(
  { profile }: Credential,
  { meetsFapi = false }: { meetsFapi?: boolean },
): void {
  if (profile === null || meetsFapi) return
  throw new Refusal(
    'invalid_client',
    'The profile fapi2 of the client does not allow the credential that it used.',
    { reason: 'outside_profile' },
  )
}

/** Only a caller that proved itself gets here, and is told why it is not let in. */
function refuseSuspended({ suspended }: Credential): void {
  if (!suspended) return
  throw new Refusal('invalid_client', 'The client is suspended.', { why: 'suspended' })
}
