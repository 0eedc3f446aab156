import type { Seconds } from '../domain/time.ts'
import type { Context, Handler, MiddlewareHandler } from 'hono'
import type { AdminRequest } from '../actions/changes/commit-change.ts'
import type { Principal, Right } from '../domain/authority.ts'
import type { AppEnv } from '../web/app-env.ts'
import type { Entered } from './parts/field.tsx'

/** Who looks at the console, by the session of this request. */
export type Visitor = { session: SessionCookie; principal: Principal; name: string }

export type ConsoleEnv = {
  Variables: AppEnv['Variables'] & {
    /** Where the console is: a path such as `/console` or `/auth/console`. */
    base: string
    visitor: Visitor
    /** Goes into every form of this session. */
    formToken: string
    /** The fields of a POST, which have passed the checks that a form must. */
    form: URLSearchParams
    /** Which of all forms that is: sent again, it is not carried out again. */
    once: string
    /** Whether it is of an earlier session of the visitor. */
    isEarlier: boolean
    /** Shows the form again that is posted to this route. */
    again?: Again
    /** All forms that can be shown again. */
    forms: ConsoleForm[]
    /** Where a sign-in at the provider, which came to nothing, was to lead. */
    next?: string
    /** The parameters of a path that is not the request's own. */
    params?: Record<string, string>
  }
}

export type ConsoleContext = Context<ConsoleEnv>
export type ConsoleMiddleware = MiddlewareHandler<ConsoleEnv>

/** What every page passes: says where the console is, sets the headers, brings the deps, is open at all. */
export type BaseMiddleware = [
  ConsoleMiddleware,
  ConsoleMiddleware,
  ConsoleMiddleware,
  ConsoleMiddleware,
]

type Row = {
  /** Beneath `/console`. */
  path: string
  right: Right
  handle: Handler<ConsoleEnv>
}

/** The form with what was typed into it, to be sent once more: nothing is done. */
export type Again = (c: ConsoleContext, entered: Entered) => Response | Promise<Response>

/** A form cannot be without a way to show it again: what was typed would be lost. */
export type ConsoleForm = Row & { method: 'POST'; again: Again }

/** One row of the console: what it answers to, and what its visitor must be allowed. */
export type ConsoleRoute = (Row & { method: 'GET' }) | ConsoleForm

/** Who asks, for an action. */
export function consoleRequest(c: ConsoleContext): AdminRequest {
  const { visitor, requestId, confirmRight } = c.var
  return { principal: visitor.principal, requestId, confirmRight }
}

/** The path's parameter; that it is there is the route's to know. */
export function pathId(c: ConsoleContext, name: string): string {
  return c.get('params')?.[name] ?? c.req.param(name) ?? ''
}

export function goTo(c: ConsoleContext, path: string): Response {
  return c.redirect(c.var.base + path, 303)
}

/** What the cookie says, signed: which session, whose, until when. Whether it still holds is asked each time. */
export type SessionCookie = {
  id: string
  who:
    | { type: 'bootstrap'; mark: string }
    | {
        type: 'administrator'
        id: string
        /** The address that was vouched for: a record that is another person's now opens nothing. */
        email: string
        via: 'oidc' | 'access'
        /** Of the provider; null where there is none to ask. */
        issuer: string | null
      }
  expiresAt: Seconds
}
