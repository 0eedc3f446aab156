import type { AssertionFault, ProvenAssertion } from '../../domain/assertion.ts'
import type { Client } from '../../domain/client.ts'
import type { Presented } from '../../domain/credential.ts'
import { Refusal } from '../../domain/errors.ts'
import { isUnexpired } from '../../domain/lasting.ts'
import type { Seconds } from '../../domain/time.ts'
import type { AuthenticationDeps, AuthenticationMethod, Failure } from './authentication-method.ts'
import { cutOff, noteLastingUse } from './lasting-use.ts'

/** One text for every fault: which check failed would help a forger. */
const DESCRIPTION = 'The client_assertion is not valid.'

/**
 * An assertion signed with a private key that the client alone has (RFC 7523 §2.2). Its signature is
 * verified before anything is written, so that a stranger causes no write; then it is spent by the
 * statement that looks its key up.
 */
export const publicKeyMethod: AuthenticationMethod<'public_key'> = {
  async examine(deps, presented, now) {
    const proven = await proveAssertion(deps, presented, now).catch(toFault)
    if ('fault' in proven) {
      await deps.keyChecks.confirm()
      return { fault: failureOf(proven.fault) }
    }
    const { key, id, expiresAt, meetsFapi } = proven
    const spend = key.replay === 'once' ? { id, expiresAt } : null
    return { lookup: { keyId: key.keyId, spend }, counted: presented.assertion, meetsFapi }
  },

  // The proof that `examine` found holds for the key that was looked up.
  proves: async (_deps, _presented, credential) => credential !== null,

  forget: ({ verificationKeys }, { clientId }) => verificationKeys.forget(clientId),

  failure: failureOf('used_before_or_key_gone'),

  requireLive({ key }, now) {
    if (isUnexpired(key, now)) return
    throw new Refusal('invalid_client', DESCRIPTION, { why: 'expired_key' })
  },

  noteUse(deps, _presented, { key: { keyId, lastUsedAt } }, now) {
    noteLastingUse(deps, keyId, lastUsedAt, now)
  },

  requireStillUsable: (client, { key }, now) => requireUsableKey(client, key.keyId, now),
}

/** With what is remembered of the client's keys, and again with what is stored if that fails. */
async function proveAssertion(
  { assertions, verificationKeys }: AuthenticationDeps,
  { clientId, assertion }: Presented<'public_key'>,
  now: Seconds,
): Promise<ProvenAssertion | { fault: AssertionFault }> {
  const { known, isFresh } = await verificationKeys.of(clientId, now)
  const first = await assertions.verify(assertion, clientId, known, now)
  if (!('fault' in first) || isFresh || !mayBeOutdated(first.fault)) return first
  const stored = await verificationKeys.of(clientId, now, 'afresh')
  return assertions.verify(assertion, clientId, stored.known, now)
}

/** The keys that the client publishes are out of reach; why is in the log. */
function toFault(error: unknown): { fault: AssertionFault } {
  if (error instanceof Refusal) return { fault: 'keys_unreachable' }
  throw error
}

/** Faults that a key or a setting changed in the meantime would explain. */
function mayBeOutdated(fault: AssertionFault): boolean {
  return ['unknown_client_or_key', 'wrong_algorithm', 'wrong_signature', 'wrong_audience'].includes(
    fault,
  )
}

function failureOf(detail: AssertionFault): Failure {
  const why = detail === 'expired_key' ? detail : undefined
  return { description: DESCRIPTION, reason: 'wrong_assertion', detail, why }
}

/** @throws Refusal where the client or the key was cut off */
function requireUsableKey(client: Client, keyId: string, now: Seconds): void {
  const used = client.publicKeys.find((one) => one.keyId === keyId)
  const isHeld = used ? isUnexpired(used, now) : client.publishedKeys?.keyId === keyId
  if (isHeld && !client.suspension) return
  throw cutOff('key')
}
