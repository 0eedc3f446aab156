import { Hono } from 'hono'
import type { ConsoleContext, ConsoleDoor, ConsoleMiddleware } from '../door.ts'
import { goTo } from '../door.ts'
import { renderErrorPage } from '../errors.tsx'
import { readOwnForm, readSignInForm } from '../protection.ts'
import { closeSession, findVisitor, openSession } from '../session.ts'
import { safeNext } from './next.ts'
import { finishOidc, startOidc } from './oidc.ts'
import { signInPage } from './sign-in-page.tsx'

/** Signing in and out: the one part of the console that a stranger sees. */
export function signInRoutes(doors: ConsoleMiddleware[]): Hono<ConsoleDoor> {
  const signIn = new Hono<ConsoleDoor>()
  signIn.onError(renderErrorPage)
  const [enter, protect, door] = doors as [ConsoleMiddleware, ConsoleMiddleware, ConsoleMiddleware]
  signIn.get('/sign-in', enter, protect, door, (c) => signInPage(c))
  signIn.post('/sign-in', enter, protect, door, readSignInForm, withBootstrapToken)
  signIn.get('/sign-in/oidc', enter, protect, door, startOidc)
  signIn.get('/sign-in/oidc/callback', enter, protect, door, finishOidc)
  signIn.post('/sign-out', enter, protect, door, requireAnyVisitor, readOwnForm, signOut)
  return signIn
}

/** By the bootstrap token, for the first day and for local use. */
async function withBootstrapToken(c: ConsoleContext): Promise<Response> {
  const { deps, form, address } = c.var
  const wait = deps.failures.wait('console', address, deps.now())
  if (wait > 0) {
    return signInPage(c, { status: 429, text: `Too many attempts. Wait ${wait} seconds.` })
  }
  const mark = await deps.bootstrapMark()
  if (mark === null || !(await deps.bootstrapTokenMatches(form.get('token') ?? ''))) {
    deps.failures.record('console', address, deps.now())
    return signInPage(c, { status: 401, text: 'That is not the bootstrap token.' })
  }
  await openSession(c, { type: 'bootstrap', mark })
  return c.redirect(safeNext(c, form.get('next')), 303)
}

/** Of Cloudflare Access too, which would sign in again with the next request. */
async function signOut(c: ConsoleContext): Promise<Response> {
  const { who } = c.var.visitor.session
  closeSession(c)
  const isByAccess = who.type === 'administrator' && who.via === 'access'
  return isByAccess ? c.redirect('/cdn-cgi/access/logout', 303) : goTo(c, '/sign-in')
}

const requireAnyVisitor: ConsoleMiddleware = async (c, next) => {
  const visitor = await findVisitor(c)
  if (!visitor) return goTo(c, '/sign-in')
  c.set('visitor', visitor)
  return next()
}
