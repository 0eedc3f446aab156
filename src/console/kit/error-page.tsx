import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { ConsoleContext } from './console-env.ts'
import { PageHead } from './page-head.tsx'
import { page } from './shell.tsx'

export function errorPage(
  c: ConsoleContext,
  status: ContentfulStatusCode,
  title: string,
  why: string,
): Response | Promise<Response> {
  return page(
    c,
    { title, status },
    <>
      <PageHead title={title} />
      <p>{why}</p>
      <WaysOn c={c} />
    </>,
  )
}

function WaysOn({ c }: { c: ConsoleContext }) {
  const from = cameFrom(c)
  return (
    <p>
      {from !== null && (
        <>
          <a href={from}>Back</a> ·{' '}
        </>
      )}
      <a href={`${c.var.base}/clients`}>API clients</a>
    </p>
  )
}

/** The page of this console that led here, if the browser says so. */
function cameFrom({ req, var: { base } }: ConsoleContext): string | null {
  const here = new URL(req.url)
  const from = URL.parse(req.header('referer') ?? '')
  if (from?.origin !== here.origin || !from.pathname.startsWith(`${base}/`)) return null
  return from.pathname === here.pathname ? null : from.pathname + from.search
}
