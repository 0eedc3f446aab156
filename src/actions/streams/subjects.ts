import { Refusal } from '../../domain/errors.ts'
import { EXCLUDED_MAX, type EventStream, type SecurityEvents } from '../../domain/event-stream.ts'
import { changeStream } from './change-stream.ts'

/** A stream tells of all clients from the start, except for those that its receiver removes. */
export async function setSubject(
  on: SecurityEvents,
  { clientId, streamId }: Pick<EventStream, 'clientId' | 'streamId'>,
  subject: string,
  isWanted: boolean,
): Promise<void> {
  await changeStream(on, clientId, streamId, (stream) => {
    if (stream.excluded.includes(subject) !== isWanted) return stream
    if (isWanted) return { ...stream, excluded: stream.excluded.filter((one) => one !== subject) }
    if (stream.excluded.length < EXCLUDED_MAX) {
      return { ...stream, excluded: [...stream.excluded, subject] }
    }
    throw new Refusal('conflict', `At most ${EXCLUDED_MAX} subjects can be removed from a stream.`)
  })
}
