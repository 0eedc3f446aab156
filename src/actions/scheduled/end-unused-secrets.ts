import type { JobRun } from '../../domain/job.ts'
import { DAY } from '../../domain/time.ts'
import { endUnusedSecret } from '../rotation/end-unused-secret.ts'
import type { Job, JobDeps } from './job.ts'
import { OPERATIONS } from './operations.ts'
import { pass } from './pass.ts'

const SECRETS_A_STEP = 1000

const LOOKING = 3

/** The most that the end of a secret takes. */
const FOR_ONE = OPERATIONS.unused_secrets - LOOKING

const walk = pass({
  name: 'unused_secrets',
  operations: OPERATIONS.unused_secrets,
  period: DAY,
  step,
})

/** Where the policy is off, this asks for nothing. */
export const unusedSecrets: Job = {
  ...walk,
  run: (deps, run) => (deps.unusedSecretDays === null ? Promise.resolve() : walk.run(deps, run)),
}

/** A portion of all secrets, and as many that end as the budget allows. */
async function step(deps: JobDeps, { now, budget }: JobRun, position: unknown): Promise<unknown> {
  const days = deps.unusedSecretDays
  if (days === null) return null
  const after = typeof position === 'number' ? position : 0
  const limits = {
    secrets: SECRETS_A_STEP,
    due: Math.floor((budget.left() - LOOKING) / FOR_ONE),
  }
  const { due, next } = await deps.unusedSecrets.look(now, days, after, limits)
  for (const { clientId, secretId } of due) await endUnusedSecret(deps, clientId, secretId, days)
  return next
}
