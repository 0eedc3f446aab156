import type { Seconds } from '../domain/time.ts'
import type { ConsoleContext } from './door.ts'

// The prefix makes browsers refuse it without Secure and Path=/, and from another host of the domain
// (RFC 6265bis §4.1.3.2).
type CookieName = `__Host-${string}`

// Lax: a browser comes back by links from elsewhere, as from the OpenID provider.
const ATTRIBUTES = 'Path=/; HttpOnly; Secure; SameSite=Lax'

export function readCookie(c: ConsoleContext, name: CookieName): string | undefined {
  const pairs = (c.req.header('cookie') ?? '').split(';').map((pair) => pair.trim())
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
}

/** What every browser keeps: name, value and attributes together (RFC 6265 §6.1). More it may drop. */
const COOKIE_MAX = 4096

/** Whether browsers keep it. It is ASCII: its length is that in bytes. */
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
  return `${name}=${text}; Max-Age=${maxAge}; ${ATTRIBUTES}`
}

export function dropCookie(c: ConsoleContext, name: CookieName): void {
  writeCookie(c, name, '', 0)
}
