import { PENDING_PERIOD, type SigningKey } from '../domain/signing-key.ts'
import { type AdminRequest, commitChange } from './commit-change.ts'
import { type SigningKeyDeps, signingKeyEvent, signingKeyOnce } from './ensure-signing-key.ts'

/** Makes the next signing key: published now, signing when every cache of the keys has seen it. */
export function rotateSigningKey(
  deps: SigningKeyDeps,
  { principal, requestId }: AdminRequest,
): Promise<SigningKey> {
  const newKey = signingKeyOnce(deps)
  return commitChange(deps, async (now) => {
    const key = await newKey(now, now + PENDING_PERIOD)
    const actor = { type: principal.type, id: principal.id }
    return {
      result: key,
      events: [signingKeyEvent('signing_key.created', key.kid, { actor, requestId })],
      writes: [{ kind: 'signing_key', before: null, after: key }],
    }
  })
}
