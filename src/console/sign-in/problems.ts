import type { Cause } from '../../domain/refusal-reasons.ts'
import { TRY_AGAIN } from '../../web/unavailable.ts'

/** Why the sign-in failed. `asOther` offers to sign in as someone else. */
export type Problem = {
  status: 400 | 401 | 403 | 429 | 503
  text: string
  asOther?: boolean
  /** For the log, which has no address of a person. */
  cause: Cause
}

export const WRONG_TOKEN: Problem = {
  status: 401,
  text: 'That is not the bootstrap token.',
  cause: { reason: 'bootstrap_token_guess' },
}
export const TOO_LATE: Problem = {
  status: 400,
  text: 'This sign-in took longer than ten minutes, or was used before. Start again.',
  cause: { reason: 'sign_in_failed', detail: 'too_late' },
}
export const DENIED: Problem = {
  status: 401,
  text: 'The provider refused the sign-in. Start again.',
  cause: { reason: 'sign_in_failed', detail: 'denied' },
}
export const NOT_VALID: Problem = {
  status: 401,
  text: 'The provider’s answer is not valid. Start again; the log says why.',
  cause: { reason: 'sign_in_failed', detail: 'not_valid' },
}
export const DOWN: Problem = {
  status: 503,
  text: `The OpenID provider can’t be reached now. ${TRY_AGAIN}`,
  cause: { reason: 'sign_in_failed', detail: 'provider_down' },
}
export const UNVERIFIED: Problem = {
  status: 403,
  text: 'The provider didn’t confirm your email address. Sign in as somebody else.',
  asOther: true,
  cause: { reason: 'sign_in_failed', detail: 'unverified_address' },
}

export function blocked(address: string): Problem {
  const text = `An administrator has blocked ${address} here. Sign in as somebody else.`
  return { status: 403, text, asOther: true, cause: NO_ADMINISTRATOR }
}

export const NO_ADMINISTRATOR: Cause = { reason: 'sign_in_failed', detail: 'no_administrator' }

export function noAdministrator(address: string): Problem {
  const text = `${address} is not an administrator of this Portcullis. Sign in as somebody else.`
  return { status: 403, text, asOther: true, cause: NO_ADMINISTRATOR }
}
