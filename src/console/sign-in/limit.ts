import type { Attempt } from '../../domain/failure-limit.ts'
import type { Seconds } from '../../domain/time.ts'
import { countedInWords } from '../../domain/count.ts'
import type { ConsoleContext } from '../kit/console-env.ts'
import type { Problem } from './problems.ts'

/** The problem if an address must wait before it may sign in at the provider again, or null. */
export async function tooMany(c: ConsoleContext): Promise<Problem | null> {
  const { deps } = c.var
  return problemOf(c, await deps.signInFailures.wait(attemptOf(c), deps.now()), 'sign_ins')
}

/** Counts a failure; returns the problem if it was one too many. */
export async function noteFailedSignIn(c: ConsoleContext): Promise<Problem | null> {
  const { deps } = c.var
  return problemOf(c, await deps.signInFailures.record(attemptOf(c), deps.now()), 'sign_ins')
}

/** Also sets the header that belongs to a 429 (RFC 6585 §4). */
export function problemOf(
  c: ConsoleContext,
  retryAfter: Seconds,
  detail: 'guesses' | 'sign_ins',
): Problem | null {
  if (retryAfter === 0) return null
  c.header('Retry-After', String(retryAfter))
  const text = `Too many attempts. Wait ${countedInWords(retryAfter, 'second')}.`
  return { status: 429, text, cause: { reason: 'too_many_requests', detail } }
}

/** Counts by address alone, because the provider names the person only at the end. */
function attemptOf(c: ConsoleContext): Attempt {
  return { address: c.var.address, name: '', secret: null }
}
