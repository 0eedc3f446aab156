import type { Deps } from '../../domain/deps.ts'
import { Refusal, Unavailable } from '../../domain/errors.ts'
import type { EventStream, SecurityEvents } from '../../domain/event-stream.ts'

/** Enough for a dozen receivers of one stream at once, with no more statements than a request may make. */
const ATTEMPTS = 15

/**
 * The stream of this receiver.
 * @throws Refusal for the id of another stream: nothing tells it from one that does not exist
 */
export async function findStream(
  { streams }: Pick<SecurityEvents, 'streams'>,
  clientId: string,
  streamId: string,
): Promise<EventStream> {
  const stream = await streams.find(clientId)
  if (stream?.streamId === streamId) return stream
  throw new Refusal('not_found', 'There is no such stream.')
}

/** Changes a stream, on top of what others changed meanwhile. The same one changes nothing. */
export async function changeStream(
  { backOff }: Pick<Deps, 'backOff'>,
  on: Pick<SecurityEvents, 'streams'>,
  clientId: string,
  streamId: string,
  change: (stream: EventStream) => EventStream | Promise<EventStream>,
): Promise<EventStream> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await findStream(on, clientId, streamId)
    const after = await change(before)
    if (after === before) return before
    if (await on.streams.replace(before, after)) return { ...after, version: before.version + 1 }
    await backOff(attempt)
  }
  throw new Unavailable('changes', 'to a stream')
}

/** The same for a change without a caller: the receiver may have deleted the stream. */
export async function changeIfThere(...given: Parameters<typeof changeStream>): Promise<void> {
  try {
    await changeStream(...given)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
  }
}
