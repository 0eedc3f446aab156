import type { Deps } from '../../domain/deps.ts'
import { type FoundSession, isOpen } from '../../domain/session.ts'
import type { Seconds } from '../../domain/time.ts'
import {
  type AdminRequest,
  type CommitDeps,
  commitChange,
  eventBy,
  noChange,
} from '../changes/commit-change.ts'

/** Ends a session permanently: a copy of its cookie stops working, too. */
export function endSession(
  deps: CommitDeps & Pick<Deps, 'sessions'>,
  request: AdminRequest,
  sessionId: string,
): Promise<void> {
  return commitChange(deps, request, async (now) => {
    const found = await deps.sessions.find(sessionId)
    if (!found || !isToEnd(found, now)) return noChange(undefined)
    const { session: before } = found
    return {
      result: undefined,
      events: [eventBy(request, 'session.ended', { type: 'session', id: sessionId })],
      writes: [{ kind: 'session', before, after: { ...before, endedAt: now } }],
    }
  })
}

/**
 * The session of a removed person is already without effect; nothing more is recorded in their
 * name.
 */
function isToEnd({ session, administrator, member }: FoundSession, now: Seconds): boolean {
  const isOfNobody = session.administratorId !== null && !administrator && !member
  return isOpen(session, now) && !isOfNobody
}
