import { Hono } from 'hono'
import type { ConsoleContext, ConsoleDoor, ConsoleMiddleware } from '../door.ts'
import { goTo } from '../door.ts'
import { renderErrorPage } from '../errors.tsx'
import { readOwnForm, readSignInForm } from '../protection.ts'
import { closeSession, findVisitor, openSession } from '../session.ts'
import { page } from '../shell.tsx'
import { safeNext } from './next.ts'
import { SignInPage } from './sign-in-page.tsx'

/** Signing in and out: the one part of the console that a stranger sees. */
export function signInRoutes(doors: ConsoleMiddleware[]): Hono<ConsoleDoor> {
  const signIn = new Hono<ConsoleDoor>()
  signIn.onError(renderErrorPage)
  const [door, enter, protect] = doors as [ConsoleMiddleware, ConsoleMiddleware, ConsoleMiddleware]
  signIn.get('/sign-in', door, enter, protect, show)
  signIn.post('/sign-in', door, enter, protect, readSignInForm, withBootstrapToken)
  signIn.post('/sign-out', door, enter, protect, requireAnyVisitor, readOwnForm, signOut)
  return signIn
}

function show(c: ConsoleContext): Promise<Response> {
  return signInPage(c)
}

/** By the bootstrap token, for the first day and for local use. */
async function withBootstrapToken(c: ConsoleContext): Promise<Response> {
  const { deps, form, address } = c.var
  const wait = deps.failures.wait('console', address, deps.now())
  if (wait > 0) return signInPage(c, `Too many attempts. Wait ${wait} seconds.`, 429)
  const mark = await deps.bootstrapMark()
  if (mark === null || !(await deps.bootstrapTokenMatches(form.get('token') ?? ''))) {
    deps.failures.record('console', address, deps.now())
    return signInPage(c, 'That is not the bootstrap token.', 401)
  }
  await openSession(c, { type: 'bootstrap', mark })
  return c.redirect(safeNext(c, form.get('next')), 303)
}

async function signOut(c: ConsoleContext): Promise<Response> {
  closeSession(c)
  return goTo(c, '/sign-in')
}

const requireAnyVisitor: ConsoleMiddleware = async (c, next) => {
  const visitor = await findVisitor(c)
  if (!visitor) return goTo(c, '/sign-in')
  c.set('visitor', visitor)
  return next()
}

async function signInPage(c: ConsoleContext, problem?: string, status?: 401 | 429) {
  const next = c.req.query('next') ?? c.get('form')?.get('next') ?? ''
  const hasBootstrap = (await c.var.deps.bootstrapMark()) !== null
  const options = { title: 'Sign in', ...(status ? { status } : {}) }
  return page(
    c,
    options,
    <SignInPage base={c.var.base} next={next} hasBootstrap={hasBootstrap} problem={problem} />,
  )
}
