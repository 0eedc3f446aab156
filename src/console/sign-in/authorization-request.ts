import { MINUTE, type Seconds } from '../../domain/time.ts'
import { dropCookie, isKept, readCookie, writeCookie } from '../kit/cookie.ts'
import type { ConsoleContext } from '../kit/console-env.ts'

/** A sign-in at the provider, until the browser comes back: what it must bring. */
export type AuthorizationRequest = {
  state: string
  nonce: string
  verifier: string
  next: string
  expiresAt: Seconds
}

const LIFETIME: Seconds = 10 * MINUTE
const COOKIE = '__Host-portcullis-sign-in'

/** Leaves out a `next` that does not fit: a visitor without the cookie could not get in at all. */
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

/** Taken once, whatever comes of it. */
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
