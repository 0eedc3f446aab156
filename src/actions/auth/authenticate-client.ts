import type { Client } from '../../domain/client.ts'
import type { Address, Credential, PresentedCredentials } from '../../domain/credential.ts'
import { Refusal } from '../../domain/errors.ts'
import type { Attempt } from '../../domain/failure-limit.ts'
import type { Deps } from '../../domain/deps.ts'
import { endOf, hasVanished, isLive, type Secret } from '../../domain/secret.ts'
import { DAMAGES, parseSecret } from '../../domain/secret-text.ts'
import { tellableClientId } from '../../domain/sightings.ts'
import { isDue, MINUTE, type Seconds } from '../../domain/time.ts'
import { refuseWhileClosed, refuseWhileShut } from './active-token.ts'

export type Caller = { credentials: PresentedCredentials; address: Address }

export type AuthenticationDeps = Pick<
  Deps,
  'verifiers' | 'failures' | 'now' | 'defer' | 'credentials' | 'closed' | 'keyChecks' | 'sightings'
>

type Row = { credential: Credential | null; shut: boolean }

// Of the right length, and the key id of no secret: an ill-formed secret costs what a wrong one costs.
const NO_KEY_ID = '____________'

/**
 * Who calls, by client id and secret (RFC 6749 §2.3.1). `read` makes the one statement that brings
 * the credential, and with it whatever else the endpoint needs. However much has failed at an address,
 * a secret that has not is looked up: it may be the right one.
 */
export async function authenticateClient<R extends Row>(
  deps: AuthenticationDeps,
  caller: Caller,
  read: (keyId: string) => Promise<R>,
): Promise<R & { credential: Credential }> {
  refuseWhileClosed(deps)
  const now = deps.now()
  const { clientId, secret } = caller.credentials
  const parsed = parseSecret(secret)
  const attempt = attemptOf(caller, parsed)
  refuseForTooMany(deps, attempt, await deps.failures.wait(attempt, now), now)
  if (typeof parsed === 'string') {
    return fail(deps, attempt, now, `The client_secret ${DAMAGES[parsed]}.`)
  }
  const row = await read(parsed?.keyId ?? NO_KEY_ID)
  refuseWhileShut(row)
  const credential = row.credential?.clientId === clientId ? row.credential : null
  const matches = await deps.verifiers.matches(secret, credential?.secret.verifier ?? null)
  // A wrong pepper makes every right secret look wrong. Asked once an isolate, whoever fails first in it.
  if (!matches) await deps.keyChecks.confirm()
  if (!matches || !credential || hasVanished(credential.secret, now)) {
    return fail(deps, attempt, now, 'The client_id or the client_secret is wrong.')
  }
  refuseUnusable(deps, credential, caller.address, now)
  noteUse(deps, credential, secret, now)
  return { ...row, credential }
}

/** A text that is none of our secrets cannot be right, whichever it is. */
function attemptOf(
  { credentials, address }: Caller,
  parsed: ReturnType<typeof parseSecret>,
): Attempt {
  const mayBeRight = parsed !== null && typeof parsed !== 'string'
  return { address, name: credentials.clientId, secret: mayBeRight ? credentials.secret : null }
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

/** Only a caller that sent the right secret gets here, and is told why it is not let in. */
function refuseUnusable(
  { sightings }: AuthenticationDeps,
  credential: Credential,
  address: Address,
  now: Seconds,
): void {
  if (credential.suspended) {
    sightings.note({ event: 'suspended_client', address, clientId: credential.clientId }, now)
    throw new Refusal('invalid_client', 'The client is suspended.', { why: 'suspended' })
  }
  if (isLive(credential.secret, now)) return
  const expired = endOf(credential.secret) <= now
  throw new Refusal(
    'invalid_client',
    `The client_secret ${expired ? 'expired' : 'is not valid yet'}.`,
    { why: expired ? 'expired_secret' : 'future_secret' },
  )
}

/**
 * The secret that a caller authenticated with, as a change finds it: another may have come in between.
 * @throws Refusal when the client or the secret was cut off
 */
export function usableSecret(client: Client, secretId: string, now: Seconds): Secret {
  const used = client.secrets.find((one) => one.secretId === secretId)
  if (used && !client.suspension && isLive(used, now)) return used
  throw new Refusal('invalid_client', 'The client or its secret was cut off.')
}

/** Notes the use, at most once a minute, after the answer. */
function noteUse(
  deps: AuthenticationDeps,
  credential: Credential,
  secret: string,
  now: Seconds,
): void {
  const { secretId, lastUsedAt, verifier } = credential.secret
  if (isOverAMinuteAgo(lastUsedAt, now)) {
    deps.defer(() => deps.credentials.noteUse(secretId, now))
  }
  if (!deps.verifiers.isOutdated(verifier)) return
  deps.defer(async () =>
    deps.credentials.rehash(secretId, await deps.verifiers.make(verifier.keyId, secret)),
  )
}

export function isOverAMinuteAgo(at: Seconds | null, now: Seconds): boolean {
  return isDue(at, MINUTE, now)
}
