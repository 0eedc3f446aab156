import { Unavailable } from '../../domain/errors.ts'
import type { Deps } from '../../domain/deps.ts'
import { evidenceOfRestore, shut } from './notice-restore.ts'

type AnchorDeps = Pick<
  Deps,
  'anchors' | 'auditEvents' | 'jobStates' | 'ledger' | 'now' | 'statusLists'
>

export type AnchorChangeDeps = AnchorDeps & Pick<Deps, 'defer'>

/** Runs after the answer; `id` identifies the subject that was cut off. */
export function anchorInBackground(deps: AnchorChangeDeps, id: string): void {
  deps.defer(() => anchorChange(deps, id))
}

/**
 * Keeps the end of the audit log after a change that cuts something off, so that even a restore by
 * seconds that loses the change is noticed. It compares first, because the anchor that it
 * overwrites may reveal an earlier restore. The change is already committed and answered: if the
 * edge store or the database fails, the cron's next anchor has to suffice.
 */
export async function anchorChange(deps: AnchorDeps, id: string): Promise<void> {
  const now = deps.now()
  try {
    const seen = await deps.anchors.seen(now)
    const head = await deps.ledger.head()
    const evidence = await evidenceOfRestore(deps, seen, head, () => deps.jobStates.all())
    if (evidence) await shut(deps, evidence, now)
    await deps.anchors.keepRecent({ seq: head.seq, seal: head.seal, at: now }, id)
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
  }
}
