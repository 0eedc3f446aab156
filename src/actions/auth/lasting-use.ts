import { Refusal } from '../../domain/errors.ts'
import { isOverAMinuteAgo, type Seconds } from '../../domain/time.ts'
import type { AuthenticationDeps } from './authentication-method.ts'

/** Records the use after the response, at most once a minute. */
export function noteLastingUse(
  deps: AuthenticationDeps,
  id: string,
  lastUsedAt: Seconds | null,
  now: Seconds,
): void {
  if (!isOverAMinuteAgo(lastUsedAt, now)) return
  deps.defer(() => deps.credentials.noteUse(id, now, lastUsedAt === null))
}

/** The answer where the client or its credential ended while its request was on the way. */
export function cutOff(credential: 'secret' | 'key' | 'rule' | 'certificate'): Refusal {
  const sentence = `The client or its ${credential} was cut off.`
  return new Refusal('invalid_client', sentence, { reason: 'cut_off' })
}
