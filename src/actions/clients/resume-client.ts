import { type Client, changedAtTheEdge } from '../../domain/client.ts'
import { Refusal } from '../../domain/errors.ts'
import type { Seconds } from '../../domain/time.ts'
import {
  type ChangeClientDeps,
  type ClientRequest,
  changeClient,
  unchanged,
} from './change-client.ts'

/**
 * Lifts a suspension: the same secrets and tokens, where their time has not come, work again. `seen`:
 * the one that is meant, by its time; another is not lifted by who has not seen it.
 */
export function resumeClient(
  deps: ChangeClientDeps,
  request: ClientRequest,
  seen?: Seconds,
): Promise<Client> {
  return changeClient(deps, request, (client, now) => {
    if (!client.suspension) return unchanged(client)
    if (seen !== undefined && seen !== client.suspension.at) {
      throw new Refusal('stale', 'It was resumed and suspended again since.')
    }
    return {
      after: changedAtTheEdge(client, now, { suspension: null }),
      events: [{ action: 'client.resumed' }],
    }
  })
}
