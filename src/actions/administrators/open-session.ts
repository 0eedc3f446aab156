import { Refusal } from '../../domain/errors.ts'
import type { Deps } from '../../domain/deps.ts'
import type { Session } from '../../domain/session.ts'
import { HOUR, type Seconds } from '../../domain/time.ts'
import { newId } from '../../domain/ids.ts'
import { type CommitDeps, commitChange, eventBy, NO_ONE_TO_ASK } from '../changes/commit-change.ts'

/**
 * The person who signed in: the holder of the bootstrap token, or the administrator whose address
 * was verified.
 */
export type SignedIn =
  | { type: 'bootstrap'; id: 'bootstrap' }
  | { type: 'administrator'; id: string; email: string }

const SESSION_LIFETIME: Seconds = 8 * HOUR

/**
 * Opens a session of the console. The audit log records it, as it records the changes made in it.
 */
export function openSession(
  deps: CommitDeps & Pick<Deps, 'administrators'>,
  { who, requestId }: { who: SignedIn; requestId: string },
): Promise<Session> {
  const sessionId = newId('session', deps.random)
  return commitChange(deps, NO_ONE_TO_ASK, async (now) => {
    await requireAdministrator(deps, who)
    const administratorId = who.type === 'administrator' ? who.id : null
    const expiresAt = now + SESSION_LIFETIME
    const after = { sessionId, administratorId, createdAt: now, expiresAt, endedAt: null }
    const request = { principal: { type: who.type, id: who.id }, requestId }
    return {
      result: after,
      events: [eventBy(request, 'session.created', { type: 'session', id: sessionId })],
      writes: [{ kind: 'session', before: null, after }],
    }
  })
}

/** An administrator who was removed or changed address since the verification is not let in. */
async function requireAdministrator(
  deps: Pick<Deps, 'administrators'>,
  who: SignedIn,
): Promise<void> {
  if (who.type === 'bootstrap') return
  const administrator = await deps.administrators.find(who.id)
  if (administrator?.email === who.email) return
  throw new Refusal('forbidden', 'You are not an administrator of this Portcullis any more.')
}
