import { planRotation, promotedKey } from '../../domain/key-plan.ts'
import type { SigningKey } from '../../domain/signing-key.ts'
import {
  decided,
  keyPolicy,
  keysOnce,
  type SigningKeyDeps,
  signingKeyTarget,
  successorBy,
} from './change-signing-keys.ts'
import { type AdminRequest, eventBy } from '../changes/commit-change.ts'
import { commitOnce, type OnceDeps } from '../changes/make-once.ts'

/**
 * Promotes the standby, which signs once it has been published long enough, and makes another.
 * Returns the promoted key: where one waits for its time already, that one, and nothing changes.
 */
export async function rotateSigningKey(
  deps: SigningKeyDeps & OnceDeps,
  request: AdminRequest,
): Promise<SigningKey> {
  const newKeys = keysOnce(deps)
  const next = await commitOnce(deps, request, async (now) => {
    const keys = await deps.signingKeys.all()
    const plan = planRotation(keys, keyPolicy(deps), now)
    const created = await newKeys(plan.makes, now)
    const key = promotedKey(keys, deps.algorithm, now) ?? successorBy(plan, created)
    const decision = decided(key, plan, created, (...of) => eventBy(request, ...of))
    return { ...decision, made: signingKeyTarget(key.kid) }
  })
  deps.keyMemory.forget()
  return next
}
