import type { Proof } from '../domain/dpop.ts'
import { boundedMap } from '../platform/bounded-map.ts'
import { sha256 } from '../platform/sha256.ts'
import { withTimeout } from '../platform/with-timeout.ts'
import type { ApiSettings } from './options.ts'
import { Refused } from './refused.ts'

const REMEMBERED_MAX = 10_000
const TIMEOUT_MS = 2000

/** When each proof may be forgotten, in this isolate: isolates do not share memory. */
const spent = boundedMap<number>(REMEMBERED_MAX)

/** The proof that a request was let through with: two guards may see the same request. */
const letThrough = new WeakMap<object, string>()

/**
 * Spends a proof of a request that passes in every other way: it counts once. A client's proof is
 * not spent by somebody who cannot make such a request.
 * @throws Refused if the proof was used before, or if the store cannot say
 */
export async function spendProof(
  { jkt, jti, iat }: Proof,
  request: object,
  { dpop, now }: ApiSettings,
): Promise<void> {
  // A digest: a `jti` is what a client says, and a store's keys have rules of their own.
  const key = await sha256(`${jkt} ${jti}`)
  if (letThrough.get(request) === key) return
  // From then on its `iat` is too old.
  const expiresAt = Math.ceil(iat) + dpop.maxAge + 1
  if ((spent.get(key) ?? 0) > now()) throw replayed()
  // Before any wait: one of two requests at the same time is the first.
  spent.set(key, expiresAt)
  if (dpop.seen && (await isInStore(dpop.seen, key, expiresAt))) throw replayed()
  letThrough.set(request, key)
}

function replayed(): Refused {
  return new Refused('invalid_dpop_proof', 'The proof was used before: make one for each request.')
}

async function isInStore(
  seen: NonNullable<ApiSettings['dpop']['seen']>,
  key: string,
  expiresAt: number,
): Promise<boolean> {
  try {
    const answer: unknown = await withTimeout(TIMEOUT_MS, seen(key, expiresAt))
    // Anything else, as of a store that forgets to say, is taken for a yes.
    return answer !== false
  } catch (error) {
    if (!(error instanceof Error)) throw error
    // The store failed or hangs: nothing passes because of it, and the proof is not spent.
    spent.delete(key)
    throw new Refused('unreachable', 'The store of proofs does not answer.')
  }
}
