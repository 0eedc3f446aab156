import type { Address, Credential, PresentedCredentials } from '../../domain/credential.ts'
import { Refusal } from '../../domain/errors.ts'
import type { Attempt } from '../../domain/failure-limit.ts'
import { tellableClientId } from '../../domain/sightings.ts'
import type { Seconds } from '../../domain/time.ts'
import { refuseWhileClosed, refuseWhileShut } from './active-token.ts'
import type { AuthenticationDeps } from './authentication-method.ts'
import { methodOf } from './authentication-methods.ts'

export type Caller = { credentials: PresentedCredentials; address: Address }

type Row = { credential: Credential | null; shut: boolean }

/**
 * Authenticates the calling client (RFC 6749 §2.3). `read` makes the one statement that returns the
 * credential and everything else the endpoint needs. However many attempts failed from an address, a
 * credential that has not failed is still looked up: it may be the right one.
 */
export async function authenticateClient<R extends Row>(
  deps: AuthenticationDeps,
  caller: Caller,
  read: (keyId: string) => Promise<R>,
): Promise<R & { credential: Credential }> {
  refuseWhileClosed(deps)
  const now = deps.now()
  const presented = caller.credentials
  const method = methodOf(presented)
  const examined = method.examine(presented)
  const attempt = attemptOf(caller, 'fault' in examined ? null : examined.counted)
  refuseForTooMany(deps, attempt, await deps.failures.wait(attempt, now), now)
  if ('fault' in examined) return fail(deps, attempt, now, examined.fault)
  const row = await read(examined.keyId)
  refuseWhileShut(row)
  const credential = row.credential?.clientId === presented.clientId ? row.credential : null
  if (!(await method.proves(deps, presented, credential, now)) || !credential) {
    return fail(deps, attempt, now, 'The client_id or the client_secret is wrong.')
  }
  refuseSuspended(deps, credential, caller.address, now)
  method.requireLive(credential, now)
  method.noteUse(deps, presented, credential, now)
  return { ...row, credential }
}

function attemptOf({ credentials, address }: Caller, secret: string | null): Attempt {
  return { address, name: credentials.clientId, secret }
}

function refuseForTooMany(
  { sightings }: AuthenticationDeps,
  { address }: Attempt,
  retryAfter: Seconds,
  now: Seconds,
): void {
  if (retryAfter === 0) return
  sightings.note({ event: 'too_many_requests', address }, now)
  throw new Refusal('too_many_requests', 'Too many failed authentications from this address.', {
    retryAfter,
  })
}

async function fail(
  deps: AuthenticationDeps,
  attempt: Attempt,
  now: Seconds,
  why: string,
): Promise<never> {
  const { address, name } = attempt
  deps.sightings.note({ event: 'wrong_secret', address, clientId: tellableClientId(name) }, now)
  refuseForTooMany(deps, attempt, await deps.failures.record(attempt, now), now)
  throw new Refusal('invalid_client', why)
}

/** Only a caller that proved itself gets here, and is told why it is not let in. */
function refuseSuspended(
  { sightings }: AuthenticationDeps,
  { suspended, clientId }: Credential,
  address: Address,
  now: Seconds,
): void {
  if (!suspended) return
  sightings.note({ event: 'suspended_client', address, clientId }, now)
  throw new Refusal('invalid_client', 'The client is suspended.', { why: 'suspended' })
}
