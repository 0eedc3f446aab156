import { MadeBefore, Refusal } from '../domain/errors.ts'
import { IDEMPOTENCY_PERIOD, type IdempotencyRecord } from '../domain/idempotency.ts'
import type { Deps } from '../domain/ports.ts'
import type { Seconds } from '../domain/time.ts'
import {
  type AdminRequest,
  type CommitDeps,
  commitChange,
  type Decide,
  type Decision,
} from './commit-change.ts'

export type OnceDeps = Pick<Deps, 'idempotencyRecords' | 'keyedHashes'>

/** Makes the change of a request that creates something: once, where it says so. */
export function commitOnce<T>(
  deps: CommitDeps & OnceDeps,
  request: AdminRequest,
  decide: Decide<T>,
): Promise<T> {
  return commitChange(deps, request, makeOnce(deps, request, decide))
}

/**
 * A decision to create something that is made once for one `Idempotency-Key` of one principal: the
 * record of it is written in the batch of what it guards. Of two requests at once the ledger lets one
 * commit; the other looks again, and finds the record here.
 *
 * @throws MadeBefore when this request made it before; Refusal when another one used the key
 */
export function makeOnce<T>(deps: OnceDeps, request: AdminRequest, decide: Decide<T>): Decide<T> {
  const { idempotency } = request
  if (!idempotency) return decide
  const said = [request.principal.type, request.principal.id, idempotency.key]
  return async (now) => {
    const keyHashes = await deps.keyedHashes.of(JSON.stringify(said))
    const requestHashes = await deps.keyedHashes.of(JSON.stringify([...said, idempotency.content]))
    const earlier = await deps.idempotencyRecords.find(keyHashes, now - IDEMPOTENCY_PERIOD)
    if (earlier) refuseAgain(earlier, requestHashes)
    const decision = await decide(now)
    const record = recordOf(decision, keyHashes[0], requestHashes[0], now)
    return { ...decision, writes: [...decision.writes, { kind: 'idempotency_record', record }] }
  }
}

function refuseAgain(earlier: IdempotencyRecord, requestHashes: string[]): never {
  if (requestHashes.includes(earlier.requestHash)) throw new MadeBefore(earlier.made)
  throw new Refusal('key_reused', 'This Idempotency-Key was used for another request.')
}

/** What is made is what the event of its creation is about. */
function recordOf(
  { events }: Decision<unknown>,
  keyHash: string,
  requestHash: string,
  madeAt: Seconds,
): IdempotencyRecord {
  const created = events.find(({ action }) => action.endsWith('.created'))
  if (!created) throw new Error('a creation without its event')
  return { keyHash, requestHash, made: created.target, madeAt }
}
