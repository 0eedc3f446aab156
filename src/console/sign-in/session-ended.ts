import type { ConsoleContext } from '../kit/console-env.ts'
import { keepForm } from '../forms/kept.ts'
import { signInPage } from './sign-in-page.tsx'

/**
 * Asks a visitor who is not signed in to do so, and brings them back to the page they wanted. A
 * form that was sent when its session had ended waits with them.
 */
export async function askToSignIn(c: ConsoleContext): Promise<Response> {
  const waiting = c.req.method === 'POST' ? await keepForm(c) : null
  if (waiting) return signInPage(c, undefined, waiting)
  const { pathname, search } = new URL(c.req.url)
  const back = c.req.method === 'GET' ? `?next=${encodeURIComponent(pathname + search)}` : ''
  return c.redirect(`${c.var.base}/sign-in${back}`, 303)
}
