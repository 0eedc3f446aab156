import type { Hono } from 'hono'
import { once } from '../platform/once.ts'
import { newApp } from './app.ts'
import type { AppEnv } from './app-env.ts'

/** Answers one method of a path beneath the issuer. */
export type Direct = {
  method: string
  respond: Fetch
}

type Server = {
  app: Hono<AppEnv>
  wellKnown: Hono<AppEnv>
  /** By path. Hono knows these paths too, and answers every other method. */
  direct: Map<string, Direct>
}

type Fetch = (
  request: Request,
  env: object,
  context: ExecutionContext,
) => Response | Promise<Response>

/**
 * The whole origin, for a Worker that serves nothing else: all beneath the issuer's path, if it has
 * one, and at the root what RFC 8414 §3.1 puts there. A guard in front of a path covers all of it.
 */
export function wholeOrigin(server: Server, issuer: string): Fetch {
  const { pathname } = new URL(issuer)
  const origin = once(() => originOf(server, pathname))
  const base = pathname === '/' ? '' : pathname
  const known = new Map([...server.direct].map(([path, one]) => [base + path, one]))
  return (request, env, context) => {
    const one = known.get(pathIn(request.url))
    return one?.method === request.method
      ? one.respond(request, env, context)
      : origin().fetch(request, env, context)
  }
}

function originOf({ app, wellKnown }: Server, pathname: string): Hono<AppEnv> {
  const origin = pathname === '/' ? app : newApp<AppEnv>().route(pathname, app)
  origin.route('/.well-known', wellKnown)
  return origin.notFound((c) => c.json({ error: 'not_found' }, 404))
}

/** The path as it was sent; Hono interprets any other spelling. */
function pathIn(url: string): string {
  const start = url.indexOf('/', 'https://'.length)
  const query = url.indexOf('?', start)
  return query < 0 ? url.slice(start) : url.slice(start, query)
}
