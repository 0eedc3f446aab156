import type { Seconds } from '../../domain/time.ts'
import type { Context, Handler, MiddlewareHandler } from 'hono'
import type { AdminRequest } from '../../actions/changes/commit-change.ts'
import type { Principal, Right } from '../../domain/authority.ts'
import type { AppEnv } from '../../web/app-env.ts'
import type { Entered } from './field.tsx'

/** The visitor of the console, identified by the session of this request. */
export type Visitor = { session: SessionCookie; principal: Principal; name: string }

/** A form with one button, or a page that asks for more. */
export type Undo = { label: string } & (
  | { action: string; fields: Record<string, string> }
  | { href: string }
)

/** The result of the previous change in words; `undo` reverts it, `next` leads on from it. */
export type Banner = { text: string; undo?: Undo; next?: { label: string; href: string } }

export type ConsoleEnv = {
  Variables: AppEnv['Variables'] & {
    /** The path of the console, such as `/console` or `/auth/console`. */
    base: string
    visitor: Visitor
    /** Goes into every form of this session. */
    formToken: string
    /** The fields of a POST, after its origin and its form token were verified. */
    form: URLSearchParams
    /** Identifies the form: if it is sent again, it is not carried out again. */
    formNonce: string
    /** Whether the form is from an earlier session of the visitor. */
    isEarlier: boolean
    /** Shows the form that was posted to this route. */
    showForm?: ShowForm
    /** Takes the flash message of the previous form, for the page that shows it. */
    takeBanner: (c: ConsoleContext) => Promise<Banner | null>
    /** All forms that can be shown again. */
    forms: ConsoleForm[]
    /** The page to open after signing in, kept if a sign-in at the provider fails. */
    next?: string
    /** The path parameters of a kept form, whose path is not that of this request. */
    params?: Record<string, string>
  }
}

export type ConsoleContext = Context<ConsoleEnv>
export type ConsoleMiddleware = MiddlewareHandler<ConsoleEnv>

/** Runs before every page: finds the console, sets headers, adds deps, checks that it is open. */
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

/** Shows the form with what was typed, to be sent once more. Must not change anything. */
export type ShowForm = (c: ConsoleContext, entered: Entered) => Response | Promise<Response>

/** Every form can be shown again, so that what was typed is not lost. */
export type ConsoleForm = Row & { method: 'POST'; show: ShowForm }

/** A route of the console, and the right that its visitor needs. */
export type ConsoleRoute = (Row & { method: 'GET' }) | ConsoleForm

/** The caller of an action. */
export function consoleRequest(c: ConsoleContext): AdminRequest {
  const { visitor, requestId, confirmRight } = c.var
  return { principal: visitor.principal, requestId, confirmRight }
}

/** The path parameter. The route guarantees that it exists. */
export function pathId(c: ConsoleContext, name: string): string {
  return c.get('params')?.[name] ?? c.req.param(name) ?? ''
}

export function goTo(c: ConsoleContext, path: string): Response {
  return c.redirect(c.var.base + path, 303)
}

/** The signed content of the session cookie. Each request verifies it. */
export type SessionCookie = {
  id: string
  who:
    | { type: 'bootstrap'; mark: string }
    | {
        type: 'administrator'
        id: string
        /** The verified address. The session ends if the administrator has another one by now. */
        email: string
        via: 'oidc' | 'access'
        /** The issuer that vouched for the address; null if none was configured. */
        issuer: string | null
      }
    | {
        /** A person whom a group lets in. */
        type: 'member'
        id: string
        email: string
        via: 'oidc' | 'access'
        issuer: string
        /** The claim and the value that gave the access; each request judges them by its settings. */
        claim: string
        value: string
      }
  expiresAt: Seconds
}
