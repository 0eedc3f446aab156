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

/** `text` is a signed text: base64url and a dot, which need no quoting. */
export function writeCookie(
  c: ConsoleContext,
  name: CookieName,
  text: string,
  maxAge: Seconds,
): void {
  const cookie = `${name}=${text}; Max-Age=${maxAge}; ${ATTRIBUTES}`
  c.header('Set-Cookie', cookie, { append: true })
}

export function dropCookie(c: ConsoleContext, name: CookieName): void {
  writeCookie(c, name, '', 0)
}
