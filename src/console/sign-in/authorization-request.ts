import { MINUTE, type Seconds } from '../../domain/time.ts'
import { dropCookie, isKept, readCookie, writeCookie } from '../kit/cookie.ts'
import type { ConsoleContext } from '../kit/console-env.ts'

/** An authorization request that was sent to the provider, kept until the browser comes back. */
export type AuthorizationRequest = {
  state: string
  nonce: string
  verifier: string
  next: string
  expiresAt: Seconds
}

const LIFETIME: Seconds = 10 * MINUTE
const COOKIE = '__Host-portcullis-sign-in'

/** Leaves out a `next` that is too long for a cookie: without the cookie, no sign-in succeeds. */
export async function keepAuthorizationRequest(
  c: ConsoleContext,
  request: Omit<AuthorizationRequest, 'expiresAt'>,
): Promise<void> {
  const { deps } = c.var
  const write = (next: string) =>
    deps.signIns.write({ ...request, next, expiresAt: deps.now() + LIFETIME })
  const whole = await write(request.next)
  const text = isKept(COOKIE, whole, LIFETIME) ? whole : await write('')
  writeCookie(c, COOKIE, text, LIFETIME)
}

/** Removes the request, so that it is used once even if the sign-in fails. */
export async function takeAuthorizationRequest(
  c: ConsoleContext,
): Promise<AuthorizationRequest | null> {
  const { deps } = c.var
  const text = readCookie(c, COOKIE)
  if (text === undefined) return null
  dropCookie(c, COOKIE)
  const request = (await deps.signIns.read(text)) as AuthorizationRequest | null
  return request && request.expiresAt > deps.now() ? request : null
}
