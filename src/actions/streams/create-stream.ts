import type { Deps } from '../../domain/deps.ts'
import { Refusal } from '../../domain/errors.ts'
import type { EventStream, SecurityEvents } from '../../domain/event-stream.ts'
import { newId } from '../../domain/ids.ts'
import type { CommitDeps } from '../changes/commit-change.ts'
import { commitStream, type StreamRequest } from './commit-stream.ts'
import { configured, type ConfigureDeps, type StreamInput } from './configured.ts'

type CreateDeps = CommitDeps & ConfigureDeps & Pick<Deps, 'random' | 'ledger'>

const FRESH = {
  dueAt: null,
  version: 1,
  description: null,
  requested: null,
  endpointUrl: null,
  authorization: null,
  status: 'enabled',
  reason: null,
  excluded: [],
  acked: [],
  messages: [],
  verifiedAt: null,
  failing: null,
  lease: null,
} satisfies Partial<EventStream>

/** A stream begins with what happens from now on. */
export function createStream(
  deps: CreateDeps,
  on: SecurityEvents,
  request: StreamRequest,
  input: StreamInput,
): Promise<EventStream> {
  const { clientId } = request
  const streamId = newId('stream', deps.random)
  return commitStream(deps, request, async () => {
    if (await on.streams.find(clientId)) {
      throw new Refusal('conflict', 'This client already has a stream: each receiver can have one.')
    }
    const { seq } = await deps.ledger.head()
    const after = await configured(deps, on, { streamId, clientId, seq, ...FRESH }, input)
    return { before: null, after }
  })
}
