/** Why the sign-in failed. `asOther` offers to sign in as someone else. */
export type Problem = { status: 400 | 401 | 403 | 429 | 503; text: string; asOther?: boolean }

export const WRONG_TOKEN: Problem = { status: 401, text: 'That is not the bootstrap token.' }
export const TOO_LATE: Problem = {
  status: 400,
  text: 'This sign-in took longer than ten minutes, or was used before. Start again.',
}
export const DENIED: Problem = {
  status: 401,
  text: 'The provider refused the sign-in. Start again.',
}
export const NOT_VALID: Problem = {
  status: 401,
  text: 'The provider’s answer is not valid. Start again; the log says why.',
}
export const DOWN: Problem = {
  status: 503,
  text: 'The OpenID provider can’t be reached now. Try again in a moment.',
}
export const UNVERIFIED: Problem = {
  status: 403,
  text: 'The provider didn’t confirm your email address. Sign in as somebody else.',
  asOther: true,
}

export function blocked(address: string): Problem {
  const text = `An administrator has blocked ${address} here. Sign in as somebody else.`
  return { status: 403, text, asOther: true }
}

export function noAdministrator(address: string): Problem {
  const text = `${address} is not an administrator of this Portcullis. Sign in as somebody else.`
  return { status: 403, text, asOther: true }
}
