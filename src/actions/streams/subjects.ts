import { Refusal } from '../../domain/errors.ts'
import { EXCLUDED_MAX, type SecurityEvents } from '../../domain/event-stream.ts'
import type { CommitDeps } from '../changes/commit-change.ts'
import type { StreamRequest } from './commit-stream.ts'
import { changeDecided } from './update-stream.ts'

export type SubjectChange = { streamId: string; subject: string; isWanted: boolean }

/** A stream tells of all clients from the start, except for those that its receiver removes. */
export async function setSubject(
  deps: CommitDeps,
  on: SecurityEvents,
  request: StreamRequest,
  { streamId, subject, isWanted }: SubjectChange,
): Promise<void> {
  await changeDecided(deps, on, request, streamId, (stream) => {
    if (stream.excluded.includes(subject) !== isWanted) return stream
    if (isWanted) return { ...stream, excluded: stream.excluded.filter((one) => one !== subject) }
    if (stream.excluded.length < EXCLUDED_MAX) {
      return { ...stream, excluded: [...stream.excluded, subject] }
    }
    throw new Refusal('conflict', `At most ${EXCLUDED_MAX} subjects can be removed from a stream.`)
  })
}
