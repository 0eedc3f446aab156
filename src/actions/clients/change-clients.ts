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
    return {
      results: await asTheyAre(deps, await decide(deps.now()), change, error),
      isRepeat: true,
    }
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
  const speaksOf = clientIds
  const all: Decision<BulkResult[]> = { result: [], events: [], writes: [], speaksOf }
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
      // Where every client is refused, nothing is made, and the key is as new.
      all.made ??= { type: 'client', id: clientId }
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

/**
 * The outcome of a repeated request, which changes nothing: of each client whether it is as the request
 * wants it. A fresh decision alone does not tell: it would allow now what was refused then.
 */
async function asTheyAre(
  deps: ChangeClientDeps,
  { result: fresh }: Decision<BulkResult[]>,
  change: BulkChange,
  { at }: MadeBefore,
): Promise<BulkResult[]> {
  const ids = fresh.flatMap(({ clientId, before }) => (before ? [] : [clientId]))
  const isDeletion = change.action === 'delete'
  const deleted = new Set(isDeletion ? await deps.clients.deletedAmong(ids) : [])
  return fresh.map(({ clientId, before, refusal }) => {
    const isSo = before ? isAsWanted(before, change, at) : deleted.has(clientId)
    const why = isSo ? null : (refusal ?? new Refusal('conflict', NOT_SO))
    return { clientId, before, client: before, isChanged: false, refusal: why }
  })
}

const NOT_SO =
  'This request was carried out before, and this client is not as it wants: it was refused then, or has been changed since. Nothing was changed now.'

/** Whether a client that is there has what the change gives, however it came to that since. */
function isAsWanted(client: Client, change: BulkChange, madeAt: Seconds): boolean {
  const { action, add = [], remove = [] } = change
  switch (action) {
    case 'suspend':
      return client.suspension !== null
    case 'resume':
      return client.suspension === null
    case 'revoke_tokens':
      return client.tokensValidFrom !== null && client.tokensValidFrom >= madeAt
    case 'delete':
      return false
    case 'tag':
      return (
        add.every((tag) => client.tags.includes(tag)) &&
        !remove.some((tag) => client.tags.includes(tag))
      )
  }
}
