import type { TreeCheckpoint } from '../../domain/audit-tree.ts'
import type { JobRun } from '../../domain/job.ts'
import { DAY, isDue, type Seconds } from '../../domain/time.ts'
import { extendAuditTree } from '../audit-tree/extend-audit-tree.ts'
import type { Job, JobDeps } from './job.ts'
import { OPERATIONS } from './operations.ts'

const AUDIT_TREE = 'audit_tree'

/** So many events the tree had, and the checkpoints that were copied and mailed last. */
type Progress = { size: number; copied: number; mailed: number; mailedAt: Seconds | null }

export const auditTree: Job = {
  name: AUDIT_TREE,
  operations: OPERATIONS.audit_tree,
  isDue: (run) => {
    const { size, copied, mailed, mailedAt } = progressIn(run)
    if (size < run.headSeq || copied < size) return true
    return mailed < size && isDue(mailedAt, DAY, run.now)
  },
  run: growAndCopy,
}

/**
 * The state only saves looking: the checkpoints in the database say how far the tree is. Copies that
 * failed are made again, of the newest checkpoint: it covers the earlier ones.
 */
async function growAndCopy(deps: JobDeps, run: JobRun): Promise<void> {
  const checkpoint = await extendAuditTree(deps, run.headSeq)
  if (!checkpoint) return
  const { size } = checkpoint
  const progress = { ...progressIn(run), size }
  run.updates.set(AUDIT_TREE, { ranAt: run.now, position: progress })
  if (progress.copied < size) {
    await Promise.all(deps.checkpointCopies.map((one) => one.keep(checkpoint)))
    progress.copied = size
  }
  if (progress.mailed < size && isDue(progress.mailedAt, DAY, run.now)) {
    const isTried = await mailCheckpoint(deps, checkpoint)
    Object.assign(progress, { mailed: size, ...(isTried && { mailedAt: run.now }) })
  }
}

/** Once a day, one attempt: the next day's mail covers what this one would have. */
async function mailCheckpoint(deps: JobDeps, { size, note }: TreeCheckpoint): Promise<boolean> {
  const { checkpointMail: to, mailer } = deps
  if (to === null) return false
  const letter = { kind: 'checkpoint', size, note, now: deps.now() } as const
  const delivery = await mailer.send({ messageId: `checkpoint_${size}`, to, letter })
  if (delivery.outcome !== 'accepted') deps.logProblem(new Error(delivery.detail), AUDIT_TREE)
  return true
}

function progressIn({ jobStates }: JobRun): Progress {
  const none: Progress = { size: 0, copied: 0, mailed: 0, mailedAt: null }
  return (jobStates.get(AUDIT_TREE)?.position as Progress | undefined) ?? none
}
