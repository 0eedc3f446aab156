import { PENDING_PERIOD, type SigningKey } from '../domain/signing-key.ts'
import { type AdminRequest, eventBy } from './commit-change.ts'
import { type SigningKeyDeps, signingKeyOnce, signingKeyTarget } from './ensure-signing-key.ts'
import { commitOnce, type OnceDeps } from './make-once.ts'

/** Makes the next signing key: published now, signing when every cache of the keys has seen it. */
export function rotateSigningKey(
  deps: SigningKeyDeps & OnceDeps,
  request: AdminRequest,
): Promise<SigningKey> {
  const newKey = signingKeyOnce(deps)
  return commitOnce(deps, request, async (now) => {
    const key = await newKey(now, now + PENDING_PERIOD)
    return {
      result: key,
      events: [eventBy(request, 'signing_key.created', signingKeyTarget(key.kid))],
      writes: [{ kind: 'signing_key', before: null, after: key }],
    }
  })
}
