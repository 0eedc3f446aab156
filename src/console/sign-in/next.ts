import type { ConsoleContext } from '../kit/console-env.ts'

/** The page after signing in: `next` if it is a page of this console, otherwise the first page. */
export function safeNext(c: ConsoleContext, next: string | null): string {
  const { base, deps } = c.var
  const first = `${base}/clients`
  if (!next?.startsWith(`${base}/`)) return first
  const { origin } = new URL(deps.issuer)
  const url = new URL(next, origin)
  const isOurs = url.origin === origin && url.pathname.startsWith(`${base}/`)
  return isOurs && !url.pathname.startsWith(`${base}/sign-`) ? url.pathname + url.search : first
}
