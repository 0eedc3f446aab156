import type { Deps } from '../../domain/deps.ts'
import {
  type EventStream,
  scheduled,
  type SecurityEvents,
  type StreamStatus,
} from '../../domain/event-stream.ts'
import type { CommitDeps } from '../changes/commit-change.ts'
import type { StreamRequest } from './commit-stream.ts'
import { requirePlain } from './require-plain.ts'
import { changeDecided } from './update-stream.ts'

/** While a stream is paused its events wait. Those that happen while it is disabled are not sent. */
export function setStreamStatus(
  deps: CommitDeps & Pick<Deps, 'ledger' | 'now'>,
  on: SecurityEvents,
  request: StreamRequest,
  { streamId, status, reason }: { streamId: string; status: StreamStatus; reason: string | null },
): Promise<EventStream> {
  return changeDecided(deps, on, request, streamId, async (stream) => {
    if (stream.status === status && stream.reason === reason) return stream
    requirePlain('reason', reason)
    const isBack = stream.status === 'disabled' && status !== 'disabled'
    const from = isBack ? { seq: (await deps.ledger.head()).seq, acked: [], messages: [] } : {}
    return scheduled({ ...stream, ...from, status, reason }, deps.now())
  })
}
