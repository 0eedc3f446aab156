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

// Whole, so that a search for what a client was told leads here.
const CUT_OFF = {
  secret: 'The client or its secret was cut off.',
  key: 'The client or its key was cut off.',
  certificate: 'The client or its certificate was cut off.',
  rule: 'The client or its rule was cut off.',
}

/** The answer where the client or its credential ended while its request was on the way. */
export function cutOff(credential: keyof typeof CUT_OFF): Refusal {
  return new Refusal('invalid_client', CUT_OFF[credential], { reason: 'cut_off' })
}
