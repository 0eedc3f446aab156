import { generateCookie, getCookie } from 'hono/cookie'
import { parse } from 'hono/utils/cookie'
import type { Seconds } from '../../domain/time.ts'
import type { ConsoleContext } from './console-env.ts'

// The prefix makes browsers refuse the cookie without Secure and Path=/, and from another host of
// the domain (RFC 6265bis §4.1.3.2). It works only in exactly these characters, not in lookalikes.
export type CookieName = `__Host-${string}`

// Lax, because a browser also arrives by links from elsewhere, such as the OpenID provider.
const ATTRIBUTES = { path: '/', httpOnly: true, secure: true, sameSite: 'Lax' } as const

/**
 * The cookie sent under this exact name. A name that occurs twice counts as missing: a browser
 * keeps one cookie of such a name, so the other was planted, and their order does not tell which.
 */
export function readCookie(c: ConsoleContext, name: CookieName): string | undefined {
  return isSentOnce(c.req.header('cookie') ?? '', name) ? getCookie(c, name) : undefined
}

/** Counts names alone: a cookie whose value no parser accepts counts too. */
function isSentOnce(header: string, name: CookieName): boolean {
  const names = header.split(';').map((pair) => pair.slice(0, pair.indexOf('=') + 1))
  return names.filter((text) => name in parse(text, name)).length === 1
}

/** The size that every browser keeps, with name, value and attributes (RFC 6265 §6.1). */
const COOKIE_MAX = 4096

/** Whether every browser keeps the cookie. It is ASCII, so its length is its size in bytes. */
export function isKept(name: CookieName, text: string, maxAge: Seconds): boolean {
  return cookieOf(name, text, maxAge).length <= COOKIE_MAX
}

/** `text` is a signed text: base64url and a dot, which need no quoting. */
export function writeCookie(
  c: ConsoleContext,
  name: CookieName,
  text: string,
  maxAge: Seconds,
): void {
  c.header('Set-Cookie', cookieOf(name, text, maxAge), { append: true })
}

function cookieOf(name: CookieName, text: string, maxAge: Seconds): string {
  return generateCookie(name, text, { ...ATTRIBUTES, maxAge })
}

export function dropCookie(c: ConsoleContext, name: CookieName): void {
  writeCookie(c, name, '', 0)
}
