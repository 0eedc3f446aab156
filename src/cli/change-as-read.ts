import type { Admin } from './admin.ts'
import { EXIT, Failure } from './failure.ts'
import { isSame } from './changed-list.ts'
import { Refused } from './http.ts'

/** `path`: what is changed. `readAt`: where it is read, if elsewhere. */
export type Target = { method?: 'PATCH' | 'PUT'; path: string; readAt?: string; ifMatch: string }

/**
 * Changes what was read, and leaves alone what has been changed since. A second attempt, after a lost
 * answer, may find the change of the first: where it reads all that was asked for, it is done.
 */
export async function changeAsRead<Body>(
  admin: Admin,
  { method = 'PATCH', path, readAt = path, ifMatch }: Target,
  body: Record<string, unknown>,
): Promise<Body> {
  try {
    return (await admin.request(method, path, { body, ifMatch })).body as Body
  } catch (failure) {
    if (!isStale(failure)) throw failure
    if (failure.answer.attempts === 1) throw changedMeanwhile()
    const now = (await admin.request('GET', readAt)).body as Record<string, unknown>
    const isDone = Object.entries(body).every(([name, value]) => isAlike(value, now[name]))
    if (isDone) return now as Body
    throw changedMeanwhile()
  }
}

export function isStale(failure: unknown): failure is Refused {
  return failure instanceof Refused && failure.answer.status === 412
}

export function changedMeanwhile(): Failure {
  return new Failure(
    EXIT.failed,
    'Somebody changed it meanwhile, and it was left as it is now. Look at it, and give the command again.',
  )
}

/** A list has no order here. */
function isAlike(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return isSame(one, other)
  const all: unknown[] = other
  return one.length === all.length && one.every((item) => all.some((its) => isSame(item, its)))
}
