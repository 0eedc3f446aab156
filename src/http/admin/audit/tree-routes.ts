import {
  findCheckpoint,
  type ProvenEvent,
  proveConsistency,
  proveEvents,
} from '../../../actions/audit-tree/prove-events.ts'
import { Refusal } from '../../../domain/errors.ts'
import { isoTime } from '../../../domain/time.ts'
import { bytesFromBase64 } from '../../../platform/base64.ts'
import { verifierKey } from '../../../platform/signed-note.ts'
import type { AppContext } from '../../../web/app-env.ts'
import { pageBody, readCursor, readQuery } from '../shared/lists.ts'
import type { AdminRoute } from '../shared/route.ts'
import { checkpointQuery, consistencyQuery, provenEventQuery } from './requests.ts'
import type { CheckpointResponse, ConsistencyResponse } from './response.ts'

async function checkpoint(c: AppContext) {
  const { size = null } = readQuery(c, checkpointQuery)
  const found = await findCheckpoint(c.var.deps, size)
  // An earlier checkpoint has the name that the tree had then.
  const key = {
    name: found.note.split('\n')[0] ?? '',
    publicKey: bytesFromBase64(found.publicKey) ?? new Uint8Array(),
  }
  const body: CheckpointResponse = {
    size: found.size,
    root: found.root,
    at: isoTime(found.at),
    checkpoint: found.note,
    verifier_key: await verifierKey(key),
  }
  return c.json(body)
}

async function consistency(c: AppContext) {
  const { from = 0, to: wanted } = readQuery(c, consistencyQuery)
  const to = wanted ?? (await findCheckpoint(c.var.deps, null)).size
  const body: ConsistencyResponse = {
    from,
    to,
    proof: await proveConsistency(c.var.deps, from, to),
  }
  return c.json(body)
}

/** A page begins with the leaf at its cursor; all are proven in the tree of one checkpoint. */
async function proofs(c: AppContext) {
  const { size: wanted = null, event_id: eventId, limit, cursor } = readQuery(c, provenEventQuery)
  const list = ['audit-events/proofs', wanted]
  const [known = null, from = 0] = (await readCursor(c, list, cursor)) ?? []
  const { size } = await findCheckpoint(c.var.deps, known === null ? wanted : Number(known))
  const data =
    eventId === undefined
      ? await proveEvents(c.var.deps, from, limit, size)
      : [await proofOf(c, eventId, size)]
  const next = eventId === undefined && from + data.length < size ? from + data.length : null
  return c.json(await pageBody(c, list, data, next === null ? null : [String(size), next]))
}

async function proofOf(c: AppContext, eventId: string, size: number): Promise<ProvenEvent> {
  const { deps } = c.var
  const seq = await deps.auditTree.seqOf(eventId)
  const [proven] = seq === null ? [] : await proveEvents(deps, seq - 1, 1, size)
  if (proven) return proven
  throw new Refusal('not_found', 'This event is not in the tree of this checkpoint.')
}

export const auditTreeRoutes: AdminRoute[] = [
  { method: 'GET', path: '/audit-events/checkpoint', right: 'audit:read', handle: checkpoint },
  { method: 'GET', path: '/audit-events/consistency', right: 'audit:read', handle: consistency },
  { method: 'GET', path: '/audit-events/proofs', right: 'audit:read', handle: proofs },
]
