import { differences } from '../../domain/audit.ts'
import { refuseChangeOfClient, refuseSuspensionOfItself } from '../../domain/authority.ts'
import { type Client, changed } from '../../domain/client.ts'
import { DETAIL_NAMES, TAGS_MAX } from '../../domain/client-details.ts'
import { MadeBefore, Refusal } from '../../domain/errors.ts'
import type { Seconds } from '../../domain/time.ts'
import { anchorInBackground } from '../audit/anchor-change.ts'
import { type AdminRequest, commitChange, type Decision } from '../changes/commit-change.ts'
import { makeOnce } from '../changes/make-once.ts'
import { settleClients } from '../changes/settle-gates.ts'
import { publishAll } from '../edge/publish-denylist.ts'
import {
  type Allow,
  type ChangeClientDeps,
  decideChange,
  type MakeChange,
  noSuchClient,
  unchanged,
} from './change-client.ts'
import { deleting } from './delete-client.ts'
import { resuming } from './resume-client.ts'
import { revokingTokens } from './revoke-client-tokens.ts'
import { suspending } from './suspend-client.ts'

export const BULK_ACTIONS = ['suspend', 'resume', 'revoke_tokens', 'delete', 'tag'] as const

/** How many clients one change may name. */
export const BULK_MAX = 500

/** One change of many clients. `add`, `remove`: tags. */
export type BulkChange = {
  action: (typeof BULK_ACTIONS)[number]
  reason?: string | undefined
  add?: string[] | undefined
  remove?: string[] | undefined
}

/** The outcome for one client: `client` is null if it is deleted or was never there. */
export type BulkResult = {
  clientId: string
  before: Client | null
  client: Client | null
  isChanged: boolean
  refusal: Refusal | null
}

/** Whether it was carried out by an earlier request with the same idempotency key. */
export type BulkOutcome = { results: BulkResult[]; isRepeat: boolean }

/**
 * Changes many clients by one commit: either every client that may be changed is, or none. Each is
 * decided on as it would be by itself, with its own event and its own denylist entry; one that is
 * refused, or not there, does not stop the others.
 */
export async function changeClients(
  deps: ChangeClientDeps,
  request: AdminRequest,
  clientIds: string[],
  change: BulkChange,
): Promise<BulkOutcome> {
  const decide = (now: Seconds) => decideAll(deps, request, clientIds, change, now)
  try {
    const results = await commitChange(deps, request, makeOnce(deps, request, decide))
    return { results: await told(deps, results), isRepeat: false }
  } catch (error) {
    if (!(error instanceof MadeBefore)) throw error
    settleClients(deps, clientIds)
    const { result } = await decide(deps.now())
    return { results: result.map((one) => asItIs(one, change)), isRepeat: true }
  }
}

async function decideAll(
  deps: ChangeClientDeps,
  request: AdminRequest,
  clientIds: string[],
  change: BulkChange,
  now: Seconds,
): Promise<Decision<BulkResult[]>> {
  const found = await deps.clients.findMany(clientIds)
  const byId = new Map(found.map((client) => [client.clientId, client]))
  const terms = { ...termsOf(change), issuer: deps.issuer }
  const made = { type: 'client' as const, id: clientIds[0] ?? '' }
  const speaksOf = clientIds
  const all: Decision<BulkResult[]> = { result: [], events: [], writes: [], speaksOf, made }
  for (const clientId of clientIds) {
    const before = byId.get(clientId) ?? null
    try {
      if (!before) throw noSuchClient()
      const anyVersion = { ...request, expectedVersions: undefined }
      const { result, events, writes } = await decideChange(anyVersion, before, terms, now)
      const isChanged = events.length > 0
      const client = events.some(({ action }) => action === 'client.deleted') ? null : result
      all.result.push({ clientId, before, client, isChanged, refusal: null })
      if (isChanged) all.writes.push(...writes)
      all.events.push(...events)
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal
      all.result.push({ clientId, before, client: before, isChanged: false, refusal })
    }
  }
  return all
}

/** The change, and who may make it. */
function termsOf({ action, reason, add = [], remove = [] }: BulkChange): {
  change: MakeChange
  allow: Allow
} {
  const allow = refuseChangeOfClient
  switch (action) {
    case 'suspend':
      return { change: suspending(reason), allow: refuseSuspensionOfItself }
    case 'resume':
      return { change: resuming(reason), allow }
    case 'revoke_tokens':
      return { change: revokingTokens(reason), allow }
    case 'delete':
      return { change: deleting(reason), allow }
    case 'tag':
      return { change: tagging(add, remove, reason), allow }
  }
}

function tagging(add: string[], remove: string[], reason: string | undefined): MakeChange {
  return (client, now) => {
    const kept = client.tags.filter((tag) => !remove.includes(tag))
    const tags = [...kept, ...add.filter((tag) => !kept.includes(tag))]
    if (tags.length > TAGS_MAX) {
      throw new Refusal('conflict', `A client has at most ${TAGS_MAX} tags.`)
    }
    const after = changed(client, now, { tags })
    const changes = differences(client, after, { tags: DETAIL_NAMES.tags })
    if (Object.keys(changes).length === 0) return unchanged(client)
    return { after, events: [{ action: 'client.updated', reason, changes }] }
  }
}

/** Publishes what the edge must learn, and says of each client whether it has. */
async function told(deps: ChangeClientDeps, results: BulkResult[]): Promise<BulkResult[]> {
  const due = results.filter((one) => one.isChanged && one.client?.propagation !== 'complete')
  const [first] = due
  if (!first) return results
  anchorInBackground(deps, first.clientId)
  const written = await publishAll(
    deps,
    due.map(({ clientId }) => clientId),
  )
  return results.map((one) =>
    one.client && written.has(one.clientId)
      ? { ...one, client: { ...one.client, propagation: 'complete' } }
      : one,
  )
}

/** The outcome of a repeated request: it changes nothing, and a client that was deleted is gone. */
function asItIs({ refusal, ...one }: BulkResult, { action }: BulkChange): BulkResult {
  const isGone = action === 'delete' && refusal?.code === 'not_found'
  return { ...one, client: one.before, isChanged: false, refusal: isGone ? null : refusal }
}
