import type { Handler } from 'hono'
import type { AdminRequest } from '../../actions/changes/commit-change.ts'
import type { Right } from '../../domain/authority.ts'
import type { AppEnv, AppContext } from '../../web/app-env.ts'
import { expectedVersions } from './etag.ts'

/** One row of the admin API: what it answers to, and what its caller must be allowed. */
export type AdminRoute = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  right: Right
  /** Changes what its caller has read: needs `If-Match` where that is configured. What cuts off does not. */
  conditional?: true
  handle: Handler<AppEnv>
}

/** Who asks, and on which condition: what every action that changes something takes. */
export function adminRequest(
  c: AppContext,
): AdminRequest & { expectedVersions: number[] | undefined } {
  return {
    principal: c.var.principal,
    requestId: c.var.requestId,
    confirmRight: c.var.confirmRight,
    expectedVersions: expectedVersions(c),
  }
}

/** The path's parameter; that it is there is the route's to know. */
export function pathId(c: AppContext, name: string): string {
  return c.req.param(name) ?? ''
}
