import type { SecurityEvents } from '../../domain/event-stream.ts'
import type { CommitDeps } from '../changes/commit-change.ts'
import { findStream } from './change-stream.ts'
import { commitStream, type StreamRequest } from './commit-stream.ts'

/** @throws Refusal for the id of another stream */
export async function deleteStream(
  deps: CommitDeps,
  on: Pick<SecurityEvents, 'streams'>,
  request: StreamRequest,
  streamId: string,
): Promise<void> {
  await commitStream(deps, request, async () => ({
    before: await findStream(on, request.clientId, streamId),
    after: null,
  }))
}
