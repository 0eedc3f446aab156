import type { Context, Handler, MiddlewareHandler } from 'hono'
import type { AdminRequest } from '../actions/commit-change.ts'
import type { Principal, Right } from '../domain/authority.ts'
import type { Door } from '../web/door.ts'
import type { SessionCookie } from './session.ts'

/** Who looks at the console, by the session of this request. */
export type Visitor = { session: SessionCookie; principal: Principal; name: string }

export type ConsoleDoor = {
  Variables: Door['Variables'] & {
    /** Where the console is: a path such as `/console` or `/auth/console`. */
    base: string
    visitor: Visitor
    /** Goes into every form of this session. */
    formToken: string
    /** The fields of a POST, which have passed the checks that a form must. */
    form: URLSearchParams
  }
}

export type ConsoleContext = Context<ConsoleDoor>
export type ConsoleMiddleware = MiddlewareHandler<ConsoleDoor>

/** What every page passes: says where the console is, sets the headers, brings the deps. */
export type Doors = [ConsoleMiddleware, ConsoleMiddleware, ConsoleMiddleware]

/** One row of the console: what it answers to, and what its visitor must be allowed. */
export type ConsoleRoute = {
  method: 'GET' | 'POST'
  /** Beneath `/console`. */
  path: string
  right: Right
  handle: Handler<ConsoleDoor>
}

/** Who asks, for an action. */
export function consoleRequest(c: ConsoleContext): AdminRequest {
  const { visitor, requestId, confirmRight } = c.var
  return { principal: visitor.principal, requestId, confirmRight }
}

/** The path's parameter; that it is there is the route's to know. */
export function pathId(c: ConsoleContext, name: string): string {
  return c.req.param(name) ?? ''
}

/** After a change: another page, which a reload loads and does not change again (RFC 9110 §15.4.4). */
export function goTo(c: ConsoleContext, path: string, done?: string): Response {
  const target = c.var.base + path
  return c.redirect(done === undefined ? target : `${target}?done=${done}`, 303)
}
