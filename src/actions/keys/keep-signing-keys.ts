import { type KeyStep, planDue, planUpkeep } from '../../domain/key-plan.ts'
import type { SigningKey } from '../../domain/signing-key.ts'
import type { Seconds } from '../../domain/time.ts'
import {
  decided,
  isNothing,
  keyPolicy,
  keysOnce,
  type SigningKeyDeps,
} from './change-signing-keys.ts'
import { commitChange, noChange, NO_ONE_TO_ASK, systemEvent } from '../changes/commit-change.ts'

/**
 * Makes the changes that are due: the first keys, a missing standby, the next rotation once the
 * active key is old or of another algorithm. `known`: the keys as read a moment ago. `discard`:
 * keys to revoke first. Returns whether it changed anything.
 */
export async function keepSigningKeys(
  deps: SigningKeyDeps,
  known: SigningKey[] | null = null,
  discard: (keys: SigningKey[], now: Seconds) => KeyStep[] = () => [],
): Promise<boolean> {
  const plan = (keys: SigningKey[], now: Seconds) => {
    const steps = discard(keys, now)
    return steps.length > 0
      ? planUpkeep(keys, { steps, makes: [] }, keyPolicy(deps), now)
      : planDue(keys, keyPolicy(deps), now)
  }
  // There is nearly always nothing to do, and one read shows it.
  if (isNothing(plan(known ?? (await deps.signingKeys.all()), deps.now()))) return false
  const newKeys = keysOnce(deps)
  const isDone = await commitChange(deps, NO_ONE_TO_ASK, async (now) => {
    const due = plan(await deps.signingKeys.all(), now)
    if (isNothing(due)) return noChange(false)
    return decided(true, due, await newKeys(due.makes, now), systemEvent)
  })
  deps.keyMemory.forget()
  return isDone
}
