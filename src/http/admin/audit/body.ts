import type { LogVerdict } from '../../../actions/audit/verify-audit-log.ts'
import type { LogVerdictResponse } from './response.ts'

/** `next`: where a verification that is not complete goes on. */
export function verdictBody(verdict: LogVerdict, next: string | null): LogVerdictResponse {
  if (!verdict.intact) {
    return { intact: false, broken_at: verdict.brokenAt, reason: verdict.why, next_cursor: null }
  }
  const { seq, acceptedUpTo = 0 } = verdict.position
  return {
    intact: true,
    complete: verdict.complete,
    events: seq,
    accepted_up_to: acceptedUpTo || null,
    next_cursor: next,
  }
}
