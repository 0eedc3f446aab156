import type { Handler } from 'hono'
import type { AdminRequest } from '../../../actions/changes/commit-change.ts'
import type { Right } from '../../../domain/authority.ts'
import type { AppEnv, AppContext } from '../../../web/app-env.ts'
import { expectedVersions } from './etag.ts'

/** One row of the admin API: the request it answers, and the right its caller needs. */
export type AdminRoute = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  right: Right
  /** Changes what its caller has read: needs `If-Match` if configured. Cut-offs never do. */
  conditional?: true
  /** Asks by a body, and changes nothing. */
  onlyAsks?: true
  /** Says by its query how it changes; any other change refuses a query. */
  hasQuery?: true
  handle: Handler<AppEnv>
}

/** The caller and the expected versions, for every action that changes something. */
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

/** The path's parameter; the route guarantees that it is there. */
export function pathId(c: AppContext, name: string): string {
  return c.req.param(name) ?? ''
}
