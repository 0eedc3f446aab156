import { requireRight, type Right } from '../domain/authority.ts'
import { Refusal } from '../domain/errors.ts'
import { hasMediaType, readBodyFirst, utf8Text } from '../web/body.ts'
import type { ConsoleContext, ConsoleMiddleware } from './door.ts'
import { findVisitor, type SessionCookie, visitorOf } from './session.ts'

// Nothing inline, nothing from elsewhere, in no frame; forms go nowhere else.
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

const HEADERS = {
  'Content-Security-Policy': POLICY,
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

export const protectPage: ConsoleMiddleware = async (c, next) => {
  for (const [name, value] of Object.entries(HEADERS)) c.header(name, value)
  await next()
}

/** The form whole, before anybody asks whose it is. */
export const readBody = readBodyFirst as unknown as ConsoleMiddleware

/** Whoever is not signed in is shown where, and comes back to where they wanted to go. */
export const requireVisitor: ConsoleMiddleware = async (c, next) => {
  const visitor = await findVisitor(c)
  if (!visitor) {
    const { pathname, search } = new URL(c.req.url)
    const back = c.req.method === 'GET' ? `?next=${encodeURIComponent(pathname + search)}` : ''
    return c.redirect(`${c.var.base}/sign-in${back}`, 303)
  }
  c.set('visitor', visitor)
  c.set('formToken', await c.var.deps.formTokens.write(visitor.session.id))
  return next()
}

export function allow(right: Right): ConsoleMiddleware {
  return async (c, next) => {
    const { session, principal } = c.var.visitor
    requireRight(principal, right)
    c.set('confirmRight', () => confirm(c, session, right))
    await next()
  }
}

async function confirm(c: ConsoleContext, session: SessionCookie, right: Right): Promise<void> {
  const visitor = await visitorOf(c, session)
  if (!visitor) throw new Refusal('unauthenticated', 'Your session has ended.')
  requireRight(visitor.principal, right)
}

/**
 * A form of our own page, and of this session: by the Origin, which a browser sends with every POST and
 * no page can choose, and by the session's token. Not by the content type, which another site's form
 * has too.
 */
export const readOwnForm: ConsoleMiddleware = async (c, next) => {
  const form = readForm(c)
  const said = await c.var.deps.formTokens.read(form.get('form_token') ?? '')
  if (said !== c.var.visitor.session.id) refuseForeign()
  c.set('form', form)
  await next()
}

/** The same where there is no session yet: signing in. */
export const readSignInForm: ConsoleMiddleware = async (c, next) => {
  c.set('form', readForm(c))
  await next()
}

function readForm(c: ConsoleContext): URLSearchParams {
  const origin = new URL(c.var.deps.issuer).origin
  if (c.req.header('origin') !== origin) refuseForeign()
  if (!hasMediaType(c.req.raw, 'application/x-www-form-urlencoded')) {
    throw new Refusal('unsupported_media_type', 'Send a form.')
  }
  return new URLSearchParams(utf8Text(c.var.body))
}

function refuseForeign(): never {
  throw new Refusal('forbidden', 'This form is not from a page of this session. Open it anew.')
}
