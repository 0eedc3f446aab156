import type { Seconds } from '../../domain/time.ts'
import type { Context, Handler, MiddlewareHandler } from 'hono'
import type { AdminRequest } from '../../actions/changes/commit-change.ts'
import type { Principal, Right } from '../../domain/authority.ts'
import type { AppEnv } from '../../web/app-env.ts'
import type { Entered } from './field.tsx'

/** The visitor of the console, by the session of this request. */
export type Visitor = { session: SessionCookie; principal: Principal; name: string }

/** A form with one button, or a page that asks for more. */
export type Undo = { label: string } & (
  | { action: string; fields: Record<string, string> }
  | { href: string }
)

/** Says what the previous change did; `undo` takes it back. */
export type Banner = { text: string; undo?: Undo }

export type ConsoleEnv = {
  Variables: AppEnv['Variables'] & {
    /** Where the console is: a path such as `/console` or `/auth/console`. */
    base: string
    visitor: Visitor
    /** Goes into every form of this session. */
    formToken: string
    /** The fields of a POST that has passed the checks of a form. */
    form: URLSearchParams
    /** Identifies the form: if it is sent again, it is not carried out again. */
    formNonce: string
    /** Whether the form is of an earlier session of the visitor. */
    isEarlier: boolean
    /** Shows the form that was posted to this route. */
    showForm?: ShowForm
    /** Takes the flash message of the form before, for the page that tells it. */
    takeBanner: (c: ConsoleContext) => Promise<Banner | null>
    /** All forms that can be shown again. */
    forms: ConsoleForm[]
    /** Where to go after a sign-in at the provider that failed. */
    next?: string
    /** The parameters of a path that is not the request's own. */
    params?: Record<string, string>
  }
}

export type ConsoleContext = Context<ConsoleEnv>
export type ConsoleMiddleware = MiddlewareHandler<ConsoleEnv>

/** Steps before every page: find the console, set headers, bring deps, check that it is open. */
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

/** Shows the form with what was typed into it, to be sent once more; does nothing else. */
export type ShowForm = (c: ConsoleContext, entered: Entered) => Response | Promise<Response>

/** Every form can be shown again: otherwise what was typed would be lost. */
export type ConsoleForm = Row & { method: 'POST'; show: ShowForm }

/** One row of the console: the request it answers, and the right its visitor needs. */
export type ConsoleRoute = (Row & { method: 'GET' }) | ConsoleForm

/** The caller, for an action. */
export function consoleRequest(c: ConsoleContext): AdminRequest {
  const { visitor, requestId, confirmRight } = c.var
  return { principal: visitor.principal, requestId, confirmRight }
}

/** The path's parameter; the route guarantees that it is there. */
export function pathId(c: ConsoleContext, name: string): string {
  return c.get('params')?.[name] ?? c.req.param(name) ?? ''
}

export function goTo(c: ConsoleContext, path: string): Response {
  return c.redirect(c.var.base + path, 303)
}

/** The signed content of the cookie: which session, whose, until when. Each request checks it. */
export type SessionCookie = {
  id: string
  who:
    | { type: 'bootstrap'; mark: string }
    | {
        type: 'administrator'
        id: string
        /** The address vouched for: a record that now belongs to another person opens nothing. */
        email: string
        via: 'oidc' | 'access'
        /** The provider's; null if there is none to ask. */
        issuer: string | null
      }
  expiresAt: Seconds
}
