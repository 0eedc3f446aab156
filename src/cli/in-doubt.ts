import type { Failure } from './failure.ts'
import { Refused, Unanswered } from './http.ts'

/** Refusals that an earlier attempt would have met too, or that know the request by its key. */
const SETTLED = new Set([400, 404, 409, 410])

/**
 * Whether a change may be made although it failed: only a clear refusal says that it is not. A server
 * error may come after the decision.
 */
export function isInDoubt(failure: Failure): boolean {
  if (failure instanceof Unanswered) return failure.mayHaveArrived
  if (!(failure instanceof Refused)) return true
  const { status, attempts } = failure.answer
  return status >= 500 || (attempts > 1 && !SETTLED.has(status))
}
