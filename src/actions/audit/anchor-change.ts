import { Unavailable } from '../../domain/errors.ts'
import type { Deps } from '../../domain/deps.ts'
import { evidenceOfRestore, shut } from './notice-restore.ts'

type AnchorDeps = Pick<Deps, 'anchors' | 'auditEvents' | 'jobStates' | 'ledger' | 'now'>

export type AnchorChangeDeps = AnchorDeps & Pick<Deps, 'defer'>

/** Behind the answer: `id` is of whatever was cut off. */
export function anchorInBackground(deps: AnchorChangeDeps, id: string): void {
  deps.defer(() => anchorChange(deps, id))
}

/**
 * Keeps where the audit log ends behind a change that cuts something off, so that a restore of seconds that
 * loses it is noticed too; first it compares, because what it writes over may be what shows one. The change
 * is committed and answered: where KV or D1 fails, the cron's next anchor has to do.
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
