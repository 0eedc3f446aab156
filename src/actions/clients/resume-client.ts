import { type Client, changedAtTheEdge } from '../../domain/client.ts'
import { Refusal } from '../../domain/errors.ts'
import type { Seconds } from '../../domain/time.ts'
import {
  type ChangeClientDeps,
  type ClientRequest,
  changeClient,
  type MakeChange,
  unchanged,
} from './change-client.ts'

/**
 * Lifts a suspension: the same secrets and unexpired tokens work again. `seen` identifies the
 * suspension by its time, so that a newer one that the caller has not seen is not lifted.
 */
export function resumeClient(
  deps: ChangeClientDeps,
  request: ClientRequest,
  seen?: Seconds,
): Promise<Client> {
  return changeClient(deps, request, (client, now) => {
    if (client.suspension && seen !== undefined && seen !== client.suspension.at) {
      throw new Refusal('stale', 'The client has been resumed and suspended again since.')
    }
    return resuming()(client, now)
  })
}

export function resuming(reason?: string): MakeChange {
  return (client, now) => {
    if (!client.suspension) return unchanged(client)
    return {
      after: changedAtTheEdge(client, now, { suspension: null }),
      events: [{ action: 'client.resumed', reason }],
    }
  }
}
