import type { Address, Credential, PresentedCredentials } from '../domain/credential.ts'
import { Refusal } from '../domain/errors.ts'
import type { Deps } from '../domain/ports.ts'
import { endOf, hasVanished, isLive } from '../domain/secret.ts'
import { parseSecret } from '../domain/secret-text.ts'
import { MINUTE, type Seconds } from '../domain/time.ts'
import { refuseWhileClosed, refuseWhileShut } from './active-token.ts'

export type Caller = { credentials: PresentedCredentials; address: Address }

export type AuthenticationDeps = Pick<
  Deps,
  'verifiers' | 'failures' | 'now' | 'afterwards' | 'credentials' | 'closed'
>

type Row = { credential: Credential | null; shut: boolean }

// Of the right length, and the key id of no secret: an ill-formed secret costs what a wrong one costs.
const NO_KEY_ID = '____________'

/**
 * Who calls, by client id and secret (RFC 6749 §2.3.1). `read` makes the one statement that brings
 * the credential, and with it whatever else the endpoint needs.
 */
export async function authenticateClient<R extends Row>(
  deps: AuthenticationDeps,
  caller: Caller,
  read: (keyId: string) => Promise<R>,
): Promise<R & { credential: Credential }> {
  refuseWhileClosed(deps)
  const now = deps.now()
  refuseWhileLimited(deps, caller, now)
  const { clientId, secret } = caller.credentials
  const parsed = parseSecret(secret)
  if (parsed === 'mistyped') {
    fail(deps, caller, now, 'The client_secret is mistyped: its checksum is wrong.')
  }
  const row = await read(parsed?.keyId ?? NO_KEY_ID)
  refuseWhileShut(row)
  const credential = row.credential?.clientId === clientId ? row.credential : null
  const matches = await deps.verifiers.matches(secret, credential?.secret.verifier ?? null)
  if (!matches || !credential || hasVanished(credential.secret, now)) {
    fail(deps, caller, now, 'The client_id or the client_secret is wrong.')
  }
  refuseUnusable(credential, now)
  noteUse(deps, credential, secret, now)
  return { ...row, credential }
}

function refuseWhileLimited(deps: AuthenticationDeps, caller: Caller, now: Seconds): void {
  const retryAfter = deps.failures.wait(caller.credentials.clientId, caller.address, now)
  if (retryAfter === 0) return
  throw new Refusal('too_many_requests', 'Too many failed authentications from this address.', {
    retryAfter,
  })
}

function fail(deps: AuthenticationDeps, caller: Caller, now: Seconds, why: string): never {
  deps.failures.record(caller.credentials.clientId, caller.address, now)
  throw new Refusal('invalid_client', why)
}

/** Only a caller that sent the right secret gets here, and is told why it is not let in. */
function refuseUnusable(credential: Credential, now: Seconds): void {
  if (credential.suspended) {
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

/** Notes the use, at most once a minute, after the answer. */
function noteUse(
  deps: AuthenticationDeps,
  credential: Credential,
  secret: string,
  now: Seconds,
): void {
  const { secretId, lastUsedAt, verifier } = credential.secret
  if (isOverAMinuteAgo(lastUsedAt, now)) {
    deps.afterwards(() => deps.credentials.noteUse(secretId, now))
  }
  if (!deps.verifiers.isOutdated(verifier)) return
  deps.afterwards(async () =>
    deps.credentials.rehash(secretId, await deps.verifiers.make(verifier.keyId, secret)),
  )
}

export function isOverAMinuteAgo(at: Seconds | null, now: Seconds): boolean {
  return at === null || at <= now - MINUTE
}
