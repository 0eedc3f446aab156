import type { Client } from '../../domain/client.ts'
import type { CredentialOf } from '../../domain/credential.ts'
import { Refusal } from '../../domain/errors.ts'
import { isForeignId } from '../../domain/foreign-client.ts'
import { importedKeyId } from '../../domain/imported-secret.ts'
import { endOf, hasVanished, isLive, type Secret } from '../../domain/secret.ts'
import { type Damage, DAMAGES, parseSecret } from '../../domain/secret-text.ts'
import { isOverAMinuteAgo, type Seconds } from '../../domain/time.ts'
import { retireReplaced } from '../rotation/retire-replaced.ts'
import type { AuthenticationDeps, AuthenticationMethod, Failure } from './authentication-method.ts'
import { cutOff } from './lasting-use.ts'

// A key id of the right length that no secret has: an ill-formed secret costs as much time as a
// wrong one.
const NO_KEY_ID = '____________'

/** A client id and a secret (RFC 6749 §2.3.1). */
export const secretMethod: AuthenticationMethod<'secret'> = {
  examine(_deps, { clientId, secret }) {
    const parsed = parseSecret(secret)
    if (typeof parsed === 'string') {
      return { fault: failureWith(`The client_secret ${DAMAGES[parsed]}.`, parsed) }
    }
    // A client of another server may have brought its secret along.
    const mayBeImported = parsed === null && isForeignId(clientId)
    const keyId = mayBeImported ? importedKeyId(clientId) : (parsed?.keyId ?? NO_KEY_ID)
    // All texts that cannot be right count as the same attempt.
    return { lookup: { keyId, spend: null }, counted: parsed || mayBeImported ? secret : null }
  },

  async proves(deps, { secret }, credential, now) {
    const matches = await deps.verifiers.matches(secret, credential?.secret.verifier ?? null)
    // A wrong pepper makes every right secret look wrong. Checked once per process, on the first
    // failure.
    if (!matches) await deps.keyChecks.confirm()
    return matches && credential !== null && !hasVanished(credential.secret, now)
  },

  failure: failureWith('The client_id or the client_secret is wrong.'),

  requireLive({ secret }, now) {
    if (isLive(secret, now)) return
    const expired = endOf(secret) <= now
    throw new Refusal(
      'invalid_client',
      `The client_secret ${expired ? 'expired' : 'is not valid yet'}.`,
      { why: expired ? 'expired_secret' : 'future_secret' },
    )
  },

  noteUse(deps, { secret }, credential, now) {
    const { secretId, lastUsedAt, verifier } = credential.secret
    if (isOverAMinuteAgo(lastUsedAt, now)) deps.defer(() => note(deps, credential, now))
    if (!deps.verifiers.isOutdated(verifier)) return
    deps.defer(async () =>
      deps.credentials.rehash(secretId, await deps.verifiers.make(verifier.keyId, secret)),
    )
  },

  requireStillUsable: (client, { secret }, now) => void usableSecret(client, secret.secretId, now),
}

/** Notes the use first: the ends of the other secrets follow from the note, even after a crash. */
async function note(
  deps: AuthenticationDeps,
  { clientId, secret }: CredentialOf<'secret'>,
  now: Seconds,
): Promise<void> {
  const isAwaited = secret.retireOthersIn !== null
  await deps.credentials.noteUse(secret.secretId, now, secret.lastUsedAt === null || isAwaited)
  if (isAwaited) await retireReplaced(deps, clientId)
}

function failureWith(description: string, detail?: Damage): Failure {
  return { description, reason: 'wrong_secret', ...(detail && { detail }) }
}

/** @throws Refusal where the client or the secret was cut off */
export function usableSecret(client: Client, secretId: string, now: Seconds): Secret {
  const used = client.secrets.find((one) => one.secretId === secretId)
  if (used && !client.suspension && isLive(used, now)) return used
  throw cutOff('secret')
}
