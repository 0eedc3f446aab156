import { NOTHING, planUpkeep } from '../../domain/key-plan.ts'
import { activeKey } from '../../domain/signing-key.ts'
import {
  decided,
  keyPolicy,
  keysOnce,
  orNone,
  type SigningKeyDeps,
  successorBy,
} from './change-signing-keys.ts'
import { commitChange, noChange, NO_ONE_TO_ASK, systemEvent } from '../changes/commit-change.ts'

/**
 * Returns the kid of the active key. If there is none, the standby is promoted at once. The first
 * keys of a deployment are made here, exactly once even for concurrent requests.
 */
export async function ensureSigningKey(deps: SigningKeyDeps): Promise<string> {
  const newKeys = keysOnce(deps)
  return commitChange(deps, NO_ONE_TO_ASK, async (now) => {
    const keys = await deps.signingKeys.all()
    const active = activeKey(keys, deps.algorithm, now)
    if (active) return noChange(active.kid)
    const plan = planUpkeep(keys, NOTHING, keyPolicy(deps), now)
    const making = newKeys(plan.makes, now)
    const made = plan.makes.includes(now) ? await making : await orNone(making)
    return decided(successorBy(plan, made).kid, plan, made, systemEvent)
  })
}
