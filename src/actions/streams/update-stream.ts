import type { EventStream, SecurityEvents } from '../../domain/event-stream.ts'
import type { CommitDeps } from '../changes/commit-change.ts'
import { findStream } from './change-stream.ts'
import { commitStream, type StreamRequest } from './commit-stream.ts'
import { configured, type ConfigureDeps, type StreamInput } from './configured.ts'

/** Changes what the receiver decides; the stream goes on where it is. */
export function updateStream(
  deps: CommitDeps & ConfigureDeps,
  on: SecurityEvents,
  request: StreamRequest,
  streamId: string,
  input: StreamInput,
): Promise<EventStream> {
  return changeDecided(deps, on, request, streamId, (stream) => configured(deps, on, stream, input))
}

/** @throws Refusal for the id of another stream */
export function changeDecided(
  deps: CommitDeps,
  on: Pick<SecurityEvents, 'streams'>,
  request: StreamRequest,
  streamId: string,
  change: (stream: EventStream) => EventStream | Promise<EventStream>,
): Promise<EventStream> {
  return commitStream(deps, request, async () => {
    const before = await findStream(on, request.clientId, streamId)
    return { before, after: await change(before) }
  })
}
