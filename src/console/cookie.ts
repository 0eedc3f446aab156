import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Seconds } from '../domain/time.ts'
import type { ConsoleContext } from './door.ts'

// The prefix makes browsers refuse it without Secure and Path=/, and from another host of the domain
// (RFC 6265bis §4.1.3.2).
type CookieName = `__Host-${string}`

// Lax: a browser comes back by links from elsewhere, as from the OpenID provider.
const ATTRIBUTES = { path: '/', secure: true, httpOnly: true, sameSite: 'Lax' } as const

export function readCookie(c: ConsoleContext, name: CookieName): string | undefined {
  return getCookie(c, name)
}

export function writeCookie(
  c: ConsoleContext,
  name: CookieName,
  text: string,
  maxAge: Seconds,
): void {
  setCookie(c, name, text, { ...ATTRIBUTES, maxAge })
}

export function dropCookie(c: ConsoleContext, name: CookieName): void {
  deleteCookie(c, name, ATTRIBUTES)
}
