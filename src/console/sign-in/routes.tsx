import type { Hono } from 'hono'
import { NO_ONE_TO_ASK } from '../../actions/changes/commit-change.ts'
import { endSession } from '../../actions/administrators/end-session.ts'
import { guessBootstrapToken } from '../../actions/auth/guess-limit.ts'
import { inTurn, newApp } from '../../web/app.ts'
import {
  type ConsoleContext,
  type ConsoleEnv,
  consoleRequest,
  type BaseMiddleware,
  goTo,
} from '../kit/console-env.ts'
import { openKept } from '../forms/kept.ts'
import { showKeptForm } from '../forms/show-form.ts'
import { enterAs, readBody, readOwnForm, readSignInForm, requireVisitor } from './protection.ts'
import { dropSessionCookie, findVisitor, openSession, visitorOf } from './session.ts'
import { problemOf } from './limit.ts'
import { safeNext } from './next.ts'
import { finishOidc, startOidc } from './oidc.ts'
import { WRONG_TOKEN } from './problems.ts'
import { signInPage } from './sign-in-page.tsx'

/** Signing in and out: the only part of the console that is open to strangers. */
export function signInRoutes(doors: BaseMiddleware): Hono<ConsoleEnv> {
  const signIn = newApp<ConsoleEnv>()
  signIn.get(
    '/sign-in',
    inTurn(...doors, (c) => signInPage(c)),
  )
  signIn.post('/sign-in', inTurn(...doors, readBody, readSignInForm, withBootstrapToken))
  signIn.post('/sign-in/form', inTurn(...doors, readBody, readSignInForm, withForm))
  signIn.get('/sign-in/oidc', inTurn(...doors, startOidc))
  signIn.get('/sign-in/oidc/callback', inTurn(...doors, finishOidc))
  signIn.post('/sign-out', inTurn(...doors, readBody, requireVisitor, readOwnForm, signOut))
  return signIn
}

/** Signs in with the bootstrap token, for the first day and for local use. */
async function withBootstrapToken(c: ConsoleContext): Promise<Response> {
  const { deps, form, address } = c.var
  const guess = await guessBootstrapToken(deps, form.get('token') ?? '', address)
  const mark = await deps.bootstrapMark()
  if (mark === null || !guess.isRight) {
    return signInPage(c, problemOf(c, guess.retryAfter, 'guesses') ?? WRONG_TOKEN)
  }
  const session = await openSession(c, { type: 'bootstrap', mark })
  const visitor = form.has('kept') ? await visitorOf(c, session) : null
  if (!visitor) return c.redirect(safeNext(c, form.get('next')), 303)
  await enterAs(c, visitor)
  return showKeptForm(c, form.get('kept'))
}

/** Shows the kept form to a visitor who has signed in meanwhile. */
async function withForm(c: ConsoleContext): Promise<Response> {
  const visitor = await findVisitor(c)
  if (!visitor) return signInAgain(c)
  await enterAs(c, visitor)
  return showKeptForm(c, c.var.form.get('kept'))
}

async function signInAgain(c: ConsoleContext): Promise<Response> {
  if (!(await openKept(c, c.var.form.get('kept')))) return goTo(c, '/sign-in')
  const text = 'You are not signed in yet in this browser.'
  return signInPage(c, { status: 401, text, cause: { reason: 'unauthenticated' } })
}

/** Also signs out of Cloudflare Access, which would open a new session with the next request. */
async function signOut(c: ConsoleContext): Promise<Response> {
  const { id, who } = c.var.visitor.session
  // Needs no right: the session that it ends may even have been ended meanwhile.
  const request = { ...consoleRequest(c), ...NO_ONE_TO_ASK }
  await endSession(c.var.deps, request, id)
  dropSessionCookie(c)
  const isByAccess = who.type !== 'bootstrap' && who.via === 'access'
  return isByAccess ? c.redirect('/cdn-cgi/access/logout', 303) : goTo(c, '/sign-in')
}
