import { MadeBefore, Refusal } from '../../domain/errors.ts'
import { IDEMPOTENCY_PERIOD, type IdempotencyRecord } from '../../domain/idempotency.ts'
import type { Deps } from '../../domain/deps.ts'
import type { Seconds } from '../../domain/time.ts'
import { type AdminRequest, type CommitDeps, commitChange, type Decide } from './commit-change.ts'
import { settleMade } from './settle-gates.ts'

export type OnceDeps = Pick<Deps, 'idempotencyRecords' | 'keyedHashes'>

/** Makes the change of a request; only once if it has an idempotency key. */
export function commitOnce<T>(
  deps: CommitDeps & OnceDeps,
  request: AdminRequest,
  decide: Decide<T>,
): Promise<T> {
  return commitChange(deps, request, makeOnce(deps, request, decide)).catch((error: unknown) => {
    if (error instanceof MadeBefore) settleMade(deps, error.made)
    throw error
  })
}

/**
 * Wraps a decision so that it is carried out once per idempotency key and principal: the record is
 * written in the same batch as the change that it guards. If two requests arrive at once, the
 * ledger lets one commit; the other starts over and finds the record.
 *
 * @throws MadeBefore if this request was carried out before; Refusal if another request used the
 * key
 */
export function makeOnce<T>(deps: OnceDeps, request: AdminRequest, decide: Decide<T>): Decide<T> {
  return async (now) => {
    const hashes = await refuseMadeBefore(deps, request, now)
    const decision = await orMadeMeanwhile(deps, request, now, () => decide(now))
    const { events } = decision
    // The resource created is the target of its creation event; otherwise it is that of the change.
    const about = events.find(({ action }) => action.endsWith('.created')) ?? events[0]
    const made = decision.made ?? about?.target
    if (!hashes || !made) return decision
    const record = { ...hashes, made, madeAt: now }
    if (!about) {
      // Nothing is committed. A repeat must do nothing either, whatever others change until then.
      await deps.idempotencyRecords.keep(record)
      return decision
    }
    return { ...decision, writes: [...decision.writes, { kind: 'idempotency_record', record }] }
  }
}

/**
 * A refusal may be caused by the same request, carried out since this one looked for it: the
 * resource is gone by now, has another version, or already has the requested name.
 */
export async function orMadeMeanwhile<T>(
  deps: OnceDeps,
  request: AdminRequest,
  now: Seconds,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Refusal) await refuseMadeBefore(deps, request, now)
    throw error
  }
}

type Hashes = Pick<IdempotencyRecord, 'keyHash' | 'requestHash'>

/** The record to keep for a request that was not made before; null if it may be repeated. */
export async function refuseMadeBefore(
  deps: OnceDeps,
  { principal, idempotency }: AdminRequest,
  now: Seconds,
): Promise<Hashes | null> {
  if (!idempotency) return null
  const said = [principal.type, principal.id, idempotency.key]
  const keyHashes = await deps.keyedHashes.of(JSON.stringify(said))
  const requestHashes = await deps.keyedHashes.of(JSON.stringify([...said, idempotency.content]))
  const earlier = await deps.idempotencyRecords.find(keyHashes, now - IDEMPOTENCY_PERIOD)
  if (earlier) refuseAgain(earlier, requestHashes)
  return { keyHash: keyHashes[0], requestHash: requestHashes[0] }
}

function refuseAgain({ requestHash, made, madeAt }: IdempotencyRecord, hashes: string[]): never {
  if (hashes.includes(requestHash)) throw new MadeBefore(made, madeAt)
  throw new Refusal('key_reused', 'This Idempotency-Key was used for another request.')
}
