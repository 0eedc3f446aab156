import { requireRight, type Right } from '../../domain/authority.ts'
import { Refusal } from '../../domain/errors.ts'
import { readBodyFirst } from '../../web/body.ts'
import type {
  ConsoleContext,
  ConsoleMiddleware,
  Visitor,
  SessionCookie,
} from '../kit/console-env.ts'
import { newFormToken, personOf, readFormToken } from '../forms/form-token.ts'
import { refuseForeign, requireFormOfOurs } from '../forms/own-form.ts'
import { findVisitor, visitorOf } from './session.ts'
import { askToSignIn } from './session-ended.ts'

// Allows nothing inline and nothing from other hosts, no frames, and forms only to this host.
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
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

/** Reads the whole form before authenticating its sender. */
export const readBody = readBodyFirst as unknown as ConsoleMiddleware

export const requireVisitor: ConsoleMiddleware = async (c, next) => {
  const visitor = await findVisitor(c)
  if (!visitor) return askToSignIn(c)
  await enterAs(c, visitor)
  return next()
}

export async function enterAs(c: ConsoleContext, visitor: Visitor): Promise<void> {
  c.set('visitor', visitor)
  c.var.deps.learn({ isProven: true, method: 'session' })
  c.set('formToken', await newFormToken(c, visitor))
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
 * Requires a form from a page of this console and of this visitor, by the Origin, which browsers
 * send with every POST and no page can choose, and by the form token. Marks one from an earlier
 * session.
 */
export const readOwnForm: ConsoleMiddleware = async (c, next) => {
  const form = requireFormOfOurs(c)
  const token = await readFormToken(c, form)
  const { visitor, showForm } = c.var
  const isEarlier = token?.session !== visitor.session.id
  if (!token || token.person !== personOf(visitor) || (isEarlier && !showForm)) refuseForeign()
  c.set('form', form)
  c.set('formNonce', token.nonce)
  c.set('isEarlier', isEarlier)
  await next()
}

/** For forms to sign in, which have no session yet: checks the Origin alone. */
export const readSignInForm: ConsoleMiddleware = async (c, next) => {
  c.set('form', requireFormOfOurs(c))
  await next()
}
