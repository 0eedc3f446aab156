import type { Context, MiddlewareHandler } from 'hono'
import type { ConfirmRight } from '../actions/changes/commit-change.ts'
import type { Principal } from '../domain/authority.ts'
import type { Address } from '../domain/credential.ts'
import type { Deps } from '../domain/deps.ts'

/** The variables that every handler finds in its context. */
export type AppEnv = {
  Variables: {
    deps: Deps
    requestId: string
    address: Address
    /** Tells the log and the metrics how the request ended. */
    tell: (status: number, error?: Error) => void
    /** The whole body of a request that changes something, read before authentication. */
    body: Uint8Array
    /** The administering caller; set on the routes of the admin API. */
    principal: Principal
    /** Asks again, when a change is about to commit, whether the caller still may. */
    confirmRight: ConfirmRight
  }
}

/** Puts deps, request id and address into the context of our routes, and of none of the host's. */
export type Prepare = MiddlewareHandler<AppEnv>

export type AppContext = Context<AppEnv>
