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
 * Does what is due: the first keys, a standby where there is none, the next rotation when the active key has
 * grown old or is of another algorithm. `known`: as they were read a
 * moment ago. `discard`: what is to be revoked of them first. Whether it did anything.
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
  // Nearly always there is nothing to do, which one read tells.
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
