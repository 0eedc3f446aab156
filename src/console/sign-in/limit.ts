import type { Attempt } from '../../domain/failure-limit.ts'
import type { Seconds } from '../../domain/time.ts'
import type { ConsoleContext } from '../console-env.ts'
import type { Problem } from './problems.ts'

/** Why an address has to wait before it may try to sign in at the provider again; null when it need not. */
export async function tooMany(c: ConsoleContext): Promise<Problem | null> {
  const { deps } = c.var
  return problemOf(c, await deps.signInFailures.wait(attemptOf(c), deps.now()))
}

/** The same for one that has just failed, where it was one too many. */
export async function noteFailedSignIn(c: ConsoleContext): Promise<Problem | null> {
  const { address, deps } = c.var
  deps.sightings.note({ event: 'sign_in_failed', address }, deps.now())
  return problemOf(c, await deps.signInFailures.record(attemptOf(c), deps.now()))
}

/** The page that says so carries the header too (RFC 6585 §4). */
export function problemOf(c: ConsoleContext, retryAfter: Seconds): Problem | null {
  if (retryAfter === 0) return null
  c.header('Retry-After', String(retryAfter))
  return { status: 429, text: `Too many attempts. Wait ${retryAfter} seconds.` }
}

/** By the address alone: who it is, the provider says at the end. */
function attemptOf(c: ConsoleContext): Attempt {
  return { address: c.var.address, name: '', secret: null }
}
