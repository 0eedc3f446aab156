import { Refusal } from '../../domain/errors.ts'
import { planUpkeep, revoked } from '../../domain/key-plan.ts'
import type { Deps } from '../../domain/deps.ts'
import type { SigningKey } from '../../domain/signing-key.ts'
import { type AnchorChangeDeps, anchorInBackground } from '../audit/anchor-change.ts'
import { decided, keyPolicy, keysOnce, orNone, type SigningKeyDeps } from './change-signing-keys.ts'
import { type AdminRequest, commitChange, eventBy, noChange } from '../changes/commit-change.ts'

/**
 * Revokes a key in an emergency, and with it every token that it signed. A revoked active key is
 * replaced at once by the standby, which every cache has unless it is young; a revoked standby is
 * replaced by a new one.
 */
export async function revokeSigningKey(
  deps: SigningKeyDeps & AnchorChangeDeps,
  request: AdminRequest,
  kid: string,
): Promise<void> {
  const newKeys = keysOnce(deps)
  await commitChange(deps, request, async (now) => {
    const { key, keys } = await findSigningKey(deps, kid)
    if (key.revokedAt !== null) {
      return noChange(undefined, [{ kind: 'signing_key', before: key, after: key }])
    }
    const steps = [revoked(key, now)]
    const plan = planUpkeep(keys, { steps, makes: [] }, keyPolicy(deps), now)
    // A leaked key is revoked even if no replacement can be made.
    const made = await orNone(newKeys(plan.makes, now))
    return decided(undefined, plan, made, (...of) => eventBy(request, ...of))
  })
  deps.keyMemory.forget()
  anchorInBackground(deps, kid)
}

/** A signing key among all of them, which determine its state. */
export async function findSigningKey(
  deps: Pick<Deps, 'signingKeys'>,
  kid: string,
): Promise<{ key: SigningKey; keys: SigningKey[] }> {
  const keys = await deps.signingKeys.all()
  const key = keys.find((one) => one.kid === kid)
  if (!key) throw new Refusal('not_found', 'There is no such signing key.')
  return { key, keys }
}
