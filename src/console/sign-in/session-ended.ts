import type { ConsoleContext } from '../kit/console-env.ts'
import { keepForm } from '../forms/kept.ts'
import { hasSecretInAddress } from '../kit/pasted-secret.ts'
import { signInPage } from './sign-in-page.tsx'

/**
 * Asks the visitor to sign in, and returns them to the page they wanted. A form that was sent after
 * its session had ended is kept meanwhile; a secret in the address is dropped.
 */
export async function askToSignIn(c: ConsoleContext): Promise<Response> {
  const waiting = c.req.method === 'POST' ? await keepForm(c) : null
  if (waiting) return signInPage(c, undefined, waiting)
  const { pathname, search } = new URL(c.req.url)
  const wanted = hasSecretInAddress(c) ? pathname : pathname + search
  const back = c.req.method === 'GET' ? `?next=${encodeURIComponent(wanted)}` : ''
  return c.redirect(`${c.var.base}/sign-in${back}`, 303)
}
