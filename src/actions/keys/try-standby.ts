import type { JobRun } from '../../domain/job.ts'
import { Unavailable } from '../../domain/errors.ts'
import { type KeyStep, revoked, waiting } from '../../domain/key-plan.ts'
import type { Deps } from '../../domain/deps.ts'
import type { SigningKey } from '../../domain/signing-key.ts'
import { DAY, isDue, type Seconds } from '../../domain/time.ts'
import type { SigningKeyDeps } from './change-signing-keys.ts'
import { keepSigningKeys } from './keep-signing-keys.ts'

type TrialDeps = SigningKeyDeps & Pick<Deps, 'keyTrial' | 'logProblem'>

/** The job that records the last trial of the keys that will sign. */
export const KEY_TRIAL = 'key_trial'
export type KeyTrial = { discarded: string[] }

/**
 * The cron's upkeep of the keys. Once a day, the keys that will sign are tried, as they were on
 * creation: an unusable key is reported and revoked, and another is published in its place long
 * before it would have signed.
 */
export async function keepKeys(deps: TrialDeps, run: JobRun): Promise<void> {
  const keys = await deps.signingKeys.all()
  const isTried = isDue(run.jobStates.get(KEY_TRIAL)?.ranAt ?? null, DAY, run.now)
  const problems = isTried ? await unusableKeys(deps, keys, run.now) : NONE
  for (const problem of problems.values()) deps.logProblem(problem, 'signing_keys')
  if (problems.size === 0) await keepSigningKeys(deps, keys)
  else await keepSigningKeys(deps, keys, (known, now) => discards(known, problems, now))
  // If no replacement could be published, the next run tries again.
  const position: KeyTrial = { discarded: [...problems.keys()] }
  if (isTried) run.updates.set(KEY_TRIAL, { ranAt: run.now, position })
}

const NONE = new Map<string, Unavailable>()

async function unusableKeys(
  deps: Pick<Deps, 'keyTrial'>,
  keys: SigningKey[],
  now: Seconds,
): Promise<Map<string, Unavailable>> {
  const problems = new Map<string, Unavailable>()
  for (const key of waiting(keys, now)) {
    const why = await deps.keyTrial.run(key)
    if (why === null) continue
    const detail = `the key that would sign next cannot (${key.kid}): ${why}`
    problems.set(key.kid, new Unavailable('signing_key', detail))
  }
  return problems
}

function discards(keys: SigningKey[], problems: Map<string, Unavailable>, now: Seconds): KeyStep[] {
  return waiting(keys, now)
    .filter(({ kid }) => problems.has(kid))
    .map((key) => revoked(key, now, 'It could not be used when it was tried.'))
}
