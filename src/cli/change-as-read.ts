import type { Admin } from './admin.ts'
import { EXIT, Failure } from './failure.ts'
import { isSame } from './changed-list.ts'
import { type Answer, Refused } from './http.ts'

/** `path`: what is changed. `readAt`: where it is read, if elsewhere. */
export type Target = { method?: 'PATCH' | 'PUT'; path: string; readAt?: string; ifMatch: string }

/**
 * A change: how it reads afterwards, and the wishes that go with it. No answer has these, so nothing
 * is concluded from their absence.
 */
export type Wanted = { state: Record<string, unknown>; wishes?: Record<string, unknown> }

/**
 * Changes what was read, and leaves alone what has been changed since. A second attempt, after a lost
 * answer, may find the change of the first: where it reads all that was asked for, it is done.
 * `isGranted`: whether what is read shows that the wishes are fulfilled, too.
 */
export async function changeAsRead<Body>(
  admin: Admin,
  { method = 'PATCH', path, readAt = path, ifMatch }: Target,
  { state, wishes }: Wanted,
  isGranted: (now: Body) => boolean = () => true,
): Promise<Body> {
  try {
    const body = { ...state, ...wishes }
    return (await admin.request(method, path, { body, ifMatch })).body as Body
  } catch (failure) {
    if (!isStale(failure)) throw failure
    if (failure.answer.attempts === 1) throw changedMeanwhile()
    const now = (await admin.request('GET', readAt)).body as Record<string, unknown>
    const isAsWanted = Object.entries(state).every(([name, value]) => isAlike(value, now[name]))
    if (isAsWanted && isGranted(now as Body)) return now as Body
    throw changedMeanwhile(', or this command did and its answer was lost')
  }
}

/**
 * The version that an answer is of. Without one a change would overwrite what others have changed since,
 * and say nothing of it.
 */
export function versionIn({ headers }: Answer): string {
  const version = headers.get('etag')
  if (version !== null) return version
  throw new Failure(
    EXIT.failed,
    'The answer has no ETag, so a change could undo that of somebody else: a proxy before the server removes it. Nothing was changed.',
  )
}

export function isStale(failure: unknown): failure is Refused {
  return failure instanceof Refused && failure.answer.status === 412
}

export function changedMeanwhile(orElse = ''): Failure {
  return new Failure(
    EXIT.failed,
    `Someone changed it in the meantime${orElse}, so it was left as it is now. Look at it, then run the command again.`,
  )
}

/** A list has no order here. */
function isAlike(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return isSame(one, other)
  const all: unknown[] = other
  return one.length === all.length && one.every((item) => all.some((its) => isSame(item, its)))
}
