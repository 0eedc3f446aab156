import type { ConsoleContext } from '../kit/console-env.ts'

/** The page after signing in: `next` if it is a page of this console, otherwise the first page. */
export function safeNext(c: ConsoleContext, next: string | null): string {
  const { base, deps } = c.var
  const first = `${base}/clients`
  if (!next?.startsWith(`${base}/`)) return first
  // Only its path is used: it leads to no other host.
  const { pathname, search } = new URL(next, deps.issuer)
  const isPage = pathname.startsWith(`${base}/`) && !pathname.startsWith(`${base}/sign-`)
  return isPage ? pathname + search : first
}
