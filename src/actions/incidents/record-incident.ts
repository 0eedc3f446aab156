import type { Client } from '../../domain/client.ts'
import { MadeBefore, Refusal, Unavailable } from '../../domain/errors.ts'
import type { Deps } from '../../domain/deps.ts'
import type { Containment } from '../../domain/incident.ts'
import { idOfHash, newId } from '../../domain/ids.ts'
import type { AdminRequest } from '../changes/commit-change.ts'
import type { ChangeClientDeps, ClientRequest } from '../clients/change-client.ts'
import { containClient, type Response } from '../clients/contain-client.ts'

export type IncidentInput = Containment & { clientIds: string[]; reason: string | undefined }

/** The result for one client of an incident. */
export type Outcome = { clientId: string } & (Done | Failed)
/** A client that was contained before may have been deleted since: then it is null. */
type Done = { client: Client | null; wasMadeBefore: boolean }
type Failed = { failure: Refusal | Unavailable }

export type Recorded = { incidentId: string; outcomes: Outcome[] }

/**
 * Responds to a leak: the same for each client, one after another. What is done to one client is one
 * commit. A client that fails keeps none of the others from being contained.
 *
 * @throws what the first one failed by, if all of them did: nothing was done
 */
export async function recordIncident(
  deps: ChangeClientDeps & Pick<Deps, 'keyedHashes'>,
  request: AdminRequest,
  { clientIds, ...input }: IncidentInput,
): Promise<Recorded> {
  const response = { ...input, incidentId: await newIncidentId(deps, request) }
  const outcomes: Outcome[] = []
  for (const clientId of new Set(clientIds)) {
    const ofClient = { ...requestOf(request, clientId), clientId }
    outcomes.push({ clientId, ...(await outcomeOf(deps, ofClient, response)) })
  }
  const failed = outcomes.flatMap((one) => ('failure' in one ? [one.failure] : []))
  if (failed[0] && failed.length === outcomes.length) throw failed[0]
  return { incidentId: response.incidentId, outcomes }
}

async function outcomeOf(
  deps: ChangeClientDeps,
  request: ClientRequest,
  response: Response,
): Promise<Done | Failed> {
  try {
    return await containOnce(deps, request, response)
  } catch (error) {
    if (error instanceof Refusal || error instanceof Unavailable) return { failure: error }
    throw error
  }
}

async function containOnce(
  deps: ChangeClientDeps,
  request: ClientRequest,
  response: Response,
): Promise<Done> {
  try {
    return { client: await containClient(deps, request, response), wasMadeBefore: false }
  } catch (error) {
    if (!(error instanceof MadeBefore)) throw error
    return { client: await deps.clients.find(request.clientId), wasMadeBefore: true }
  }
}

/** A repeat of the request goes on where the first one ended, client by client. */
function requestOf(request: AdminRequest, clientId: string): AdminRequest {
  const { idempotency } = request
  if (!idempotency) return request
  const key = JSON.stringify(['incident', idempotency.key, clientId])
  return { ...request, idempotency: { ...idempotency, key } }
}

/** A repeat has the id of the first request, even if that one did not get to its first client. */
async function newIncidentId(
  deps: Pick<Deps, 'keyedHashes' | 'random'>,
  { principal, idempotency }: AdminRequest,
): Promise<string> {
  if (!idempotency) return newId('incident', deps.random)
  const said = ['incident', principal.type, principal.id, idempotency.key, idempotency.content]
  const [hash] = await deps.keyedHashes.of(JSON.stringify(said))
  return idOfHash('incident', hash)
}
