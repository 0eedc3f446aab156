import type { Deps } from '../../domain/deps.ts'
import { Refusal } from '../../domain/errors.ts'
import {
  type EventStream,
  type SecurityEvents,
  VERIFICATION_INTERVAL,
  withMessage,
} from '../../domain/event-stream.ts'
import { VERIFICATION } from '../../domain/security-event.ts'
import { changeStream } from './change-stream.ts'
import { type PushDeps, pushStream } from './push-stream.ts'

const MESSAGE_ID_LENGTH = 22

/**
 * Sends a verification event (SSF 1.0 §8.1.4.2): pushed after the answer, or with the next poll. A
 * disabled stream would lose it, though the answer said that it is sent.
 */
export async function verifyStream(
  deps: PushDeps & Pick<Deps, 'defer'>,
  on: SecurityEvents,
  { clientId, streamId }: Pick<EventStream, 'clientId' | 'streamId'>,
  state: string | undefined,
): Promise<void> {
  const now = deps.now()
  const jti = deps.random(MESSAGE_ID_LENGTH)
  const content = state === undefined ? {} : { state }
  const stream = await changeStream(deps, on, clientId, streamId, (before) => {
    if (before.status === 'disabled') {
      throw new Refusal('invalid_request', 'The stream is disabled: enable it first.')
    }
    const elapsed = now - (before.verifiedAt ?? 0)
    if (elapsed >= 0 && elapsed < VERIFICATION_INTERVAL) {
      const retryAfter = VERIFICATION_INTERVAL - elapsed
      throw new Refusal('too_many_requests', 'A stream can be verified once a minute.', {
        retryAfter,
      })
    }
    const message = { jti, at: now, type: VERIFICATION, content }
    return withMessage({ ...before, verifiedAt: now }, message)
  })
  const isReady = stream.dueAt !== null && stream.dueAt <= now && stream.lease === null
  if (isReady) deps.defer(() => pushStream(deps, on, stream, 0))
}
