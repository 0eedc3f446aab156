import { requireVersion } from '../changes/require-version.ts'
import type { EventDraft } from '../../domain/audit.ts'
import { type Principal, refuseChangeOfClient } from '../../domain/authority.ts'
import type { Client } from '../../domain/client.ts'
import { Refusal } from '../../domain/errors.ts'
import { profileProblem } from '../../domain/profile.ts'
import type { Write } from '../../domain/ledger.ts'
import type { Deps } from '../../domain/deps.ts'
import type { Seconds } from '../../domain/time.ts'
import {
  type AdminRequest,
  type CommitDeps,
  commitChange,
  type Decision,
} from '../changes/commit-change.ts'
import { type AnchorChangeDeps, anchorInBackground } from '../audit/anchor-change.ts'
import { makeOnce, type OnceDeps } from '../changes/make-once.ts'
import { settleClients } from '../changes/settle-gates.ts'
import { withFirstUses } from '../rotation/retire-replaced.ts'
import { type PublishDeps, publishDenylist } from '../edge/publish-denylist.ts'

export type ChangeClientDeps = CommitDeps &
  OnceDeps &
  PublishDeps &
  AnchorChangeDeps &
  Pick<Deps, 'clients' | 'issuer'>

export type ClientRequest = AdminRequest & {
  clientId: string
  /** The versions that `If-Match` names (RFC 9110 §13.1.1); undefined for any. */
  expectedVersions?: number[] | undefined
}

/** Its author and its target are the caller and the client, unless it has others. */
export type ClientEvent = Pick<EventDraft, 'action' | 'reason' | 'changes'> &
  Partial<Pick<EventDraft, 'target' | 'actor' | 'requestId'>>

/** The client after the change, null if it is deleted; no events if nothing changes. */
export type ClientChange = {
  after: Client | null
  events: ClientEvent[]
  writes?: Write[]
  made?: EventDraft['target']
}

/**
 * The right to make the change, if it differs from that to change a client; how often it is
 * attempted.
 */
export type ChangeTerms = { allow?: Allow; attempts?: number }

export type Allow = (principal: Principal, client: Client, issuer: string) => void

/** Decides what becomes of a client. */
export type MakeChange = (client: Client, now: Seconds) => ClientChange | Promise<ClientChange>

/** Changes that take something from a client but do not concern the edge. */
const CUTS_OFF = new Set<EventDraft['action']>([
  'secret.deleted',
  'public_key.deleted',
  'federated_credential.deleted',
  'certificate.deleted',
  'client.access_changed',
  'incident.recorded',
])

/** Changes one client, and publishes the change to the edge if it concerns the edge. */
export async function changeClient(
  deps: ChangeClientDeps,
  request: ClientRequest,
  change: MakeChange,
  { allow = refuseChangeOfClient, attempts }: ChangeTerms = {},
): Promise<Client> {
  let isCutOff = false
  const decide = async (now: Seconds) => {
    const before = await findClient(deps, request.clientId)
    const allowed = { change, allow, issuer: deps.issuer }
    const decision = await decideChange(request, before, allowed, now)
    isCutOff = decision.events.some(({ action }) => CUTS_OFF.has(action))
    return decision
  }
  const client = await commitChange(deps, request, makeOnce(deps, request, decide), attempts).catch(
    (error: unknown) => {
      // A refusal may say what an earlier request did: that the client, or its secret, is gone.
      settleClients(deps, [request.clientId])
      throw error
    },
  )
  const isToldTheEdge = client.propagation !== 'complete'
  if (isToldTheEdge || isCutOff) anchorInBackground(deps, client.clientId)
  if (!isToldTheEdge) return client
  return { ...client, propagation: await publishDenylist(deps, client.clientId) }
}

/** Adds events to those of a change, if there are any, and if the client is not deleted. */
function withEvents(change: ClientChange, events: EventDraft[]): ClientChange {
  if (!change.after || change.events.length === 0) return change
  return { ...change, events: [...change.events, ...events] }
}

/**
 * Decides on the change of one client, as it was read.
 * @throws Refusal
 */
export async function decideChange(
  request: Pick<ClientRequest, keyof AdminRequest | 'expectedVersions'>,
  before: Client,
  { change, allow, issuer }: { change: MakeChange; allow: Allow; issuer: string },
  now: Seconds,
): Promise<Decision<Client>> {
  allow(request.principal, before, issuer)
  requireVersion(before.version, request.expectedVersions)
  // A change may come between the first use of a secret and the commit of what that began: it might
  // delete the secret, and with it what the others wait for.
  const used = withFirstUses(before)
  const made = withEvents(await change(used.client, now), used.events)
  refuseOutsideProfile(before, made.after, now)
  return decisionOf(request, before, made)
}

/** A client that is outside its profile already, by whatever means, can be suspended all the same. */
function refuseOutsideProfile(before: Client, after: Client | null, now: Seconds): void {
  const problem = after && profileProblem(after, now)
  if (!problem || problem === profileProblem(before, now)) return
  throw new Refusal('conflict', `The profile ${after.profile} ${problem}.`)
}

export async function findClient(deps: Pick<Deps, 'clients'>, clientId: string): Promise<Client> {
  const client = await deps.clients.find(clientId)
  if (!client) throw noSuchClient()
  return client
}

export function noSuchClient(): Refusal {
  return new Refusal('not_found', 'There is no such client.')
}

export function unchanged(client: Client): ClientChange {
  return { after: client, events: [] }
}

function decisionOf(
  request: AdminRequest,
  before: Client,
  { after, events, writes = [], made }: ClientChange,
): Decision<Client> {
  const { clientId } = before
  const drafts = events.map((event) => ({
    actor: { type: request.principal.type, id: request.principal.id },
    clientId,
    target: { type: 'client' as const, id: clientId },
    requestId: request.requestId,
    ...event,
  }))
  const ofClient: Write = { kind: 'client', before, after }
  const deleted = { ...before, denylistVersion: before.denylistVersion + 1 }
  const result: Client = after ?? { ...deleted, propagation: 'pending' }
  const all = [ofClient, ...writes, ...dueAtTheEdge(before, result)]
  const about =
    made ?? (events.length === 0 ? { type: 'client' as const, id: clientId } : undefined)
  return { result, events: drafts, writes: all, ...(about && { made: about }) }
}

function dueAtTheEdge(before: Client, after: Client): Write[] {
  if (after.denylistVersion === before.denylistVersion) return []
  return [{ kind: 'denylist', clientId: after.clientId, version: after.denylistVersion }]
}
