import type { AdminRequest } from '../../actions/changes/commit-change.ts'
import { type ClientRequest, findClient } from '../../actions/clients/change-client.ts'
import type { Client } from '../../domain/client.ts'
import { Refusal } from '../../domain/errors.ts'
import { type ConsoleContext, pathId } from '../kit/console-env.ts'
import { expectedVersions } from '../kit/confirm.tsx'

const NOTE = 'It has changed since you opened the form. Nothing was done; this is how it is now.'

/** Does what a form without fields asks for; if the client has changed, shows it, with a note. */
export async function orNewest(
  c: ConsoleContext,
  work: () => Promise<Response>,
  newest: (client: Client, note: string) => Response | Promise<Response>,
): Promise<Response> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'stale') throw error
    return newest(await findClient(c.var.deps, pathId(c, 'client_id')), NOTE)
  }
}

/** A request about the client of the path. */
export function ofClient(c: ConsoleContext, request: AdminRequest): ClientRequest {
  return { ...request, clientId: pathId(c, 'client_id') }
}

/** Only if the client has not changed since the form was made. */
export function asSeen(c: ConsoleContext, request: AdminRequest): ClientRequest {
  return { ...ofClient(c, request), expectedVersions: expectedVersions(c.var.form) }
}
