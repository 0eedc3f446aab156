import type { Context, Env, Handler } from 'hono'

const UNSTORED = {
  'Cache-Control': 'no-store',
  Pragma: 'no-cache',
  'X-Content-Type-Options': 'nosniff',
}

/** Answers a method that a known path does not support (RFC 9110 §15.5.6). */
function methodNotAllowed(...methods: string[]) {
  const allow = withHead(methods)
  return (c: Context) => {
    const body = { error: 'invalid_request', error_description: `Use ${allow.join(' or ')}.` }
    return c.json(body, 405, { Allow: allow.join(', '), ...UNSTORED })
  }
}

/** HEAD is answered wherever GET is (RFC 9110 §9.3.2). */
export function withHead(methods: string[]): string[] {
  return methods.includes('GET') ? [...methods, 'HEAD'] : methods
}

/** Answers a browser's preflight of a public document (Fetch §3.2.2): any origin may read it. */
const PREFLIGHT = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET, HEAD',
  'Access-Control-Allow-Headers': '*',
  'Access-Control-Max-Age': '86400',
}

/** Routes a document that pages of any origin may read, whatever headers their library adds. */
export function withPreflight<E extends Env>(handle: Handler<E>): Handler<E> {
  return (c, next) => {
    const { method, headers } = c.req.raw
    const isPreflight = method === 'OPTIONS' && headers.has('access-control-request-method')
    return isPreflight ? c.body(null, 204, PREFLIGHT) : handle(c, next)
  }
}

/**
 * Serves a path that supports one method as one route: a route for the method and one for all
 * others would both match, and Hono would compose them for each request.
 */
export function only<E extends Env>(method: 'GET' | 'POST', handle: Handler<E>): Handler<E> {
  const refuse = methodNotAllowed(method)
  return (c, next) => {
    const asked = c.req.raw.method
    // HEAD is answered as GET is; Hono drops the body.
    const isMeant = asked === method || (method === 'GET' && asked === 'HEAD')
    return isMeant ? handle(c, next) : refuse(c)
  }
}
