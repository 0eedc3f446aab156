import type { AdminRequest } from '../../actions/changes/commit-change.ts'
import type { ClientRequest } from '../../actions/clients/change-client.ts'
import { type ConsoleContext, pathId } from '../kit/console-env.ts'
import { expectedVersions } from '../kit/versions.tsx'

/** A request about the client of the path. */
export function ofClient(c: ConsoleContext, request: AdminRequest): ClientRequest {
  return { ...request, clientId: pathId(c, 'client_id') }
}

/** The same, if the client has not changed since the form was made. */
export function asSeen(c: ConsoleContext, request: AdminRequest): ClientRequest {
  return { ...ofClient(c, request), expectedVersions: expectedVersions(c.var.form) }
}
