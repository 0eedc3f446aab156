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
    /** All of it, of a request that changes something: read before its sender is asked who they are. */
    body: Uint8Array
    /** The administering caller; set on the routes of the admin API. */
    principal: Principal
    /** Whether they still may, asked again where a change is about to commit. */
    confirmRight: ConfirmRight
  }
}

/** Puts deps, request id and address into the context of a route, and of no other route of a host. */
export type Prepare = MiddlewareHandler<AppEnv>

export type AppContext = Context<AppEnv>
