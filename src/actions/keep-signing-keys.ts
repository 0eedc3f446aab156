import type { Deps } from '../domain/ports.ts'
import { activeKey, PENDING_PERIOD, type SigningKey, stateOf } from '../domain/signing-key.ts'
import type { Seconds } from '../domain/time.ts'
import { commitChange, noChange, NO_ONE_TO_ASK, SYSTEM } from './commit-change.ts'
import { type SigningKeyDeps, signingKeyOnce, signingKeyTarget } from './ensure-signing-key.ts'

type KeepKeysDeps = SigningKeyDeps & Pick<Deps, 'signingKeyAge'>

/** Makes the first signing key, and the next one when the newest has grown old; whether it did. */
export async function keepSigningKeys(deps: KeepKeysDeps): Promise<boolean> {
  // Nearly always there is nothing to do, which one read tells.
  if (nextActivation(deps, await deps.signingKeys.all(), deps.now()) === null) return false
  const newKey = signingKeyOnce(deps)
  return commitChange(deps, NO_ONE_TO_ASK, async (now) => {
    const activatesAt = nextActivation(deps, await deps.signingKeys.all(), now)
    if (activatesAt === null) return noChange(false)
    const key = await newKey(now, activatesAt)
    const target = signingKeyTarget(key.kid)
    return {
      result: true,
      events: [{ action: 'signing_key.created', ...SYSTEM, clientId: null, target }],
      writes: [{ kind: 'signing_key', before: null, after: key }],
    }
  })
}

/** When a key that is made now is to sign: at once where none does, or when all have seen it. */
function nextActivation(
  { algorithm, signingKeyAge }: Pick<Deps, 'algorithm' | 'signingKeyAge'>,
  keys: SigningKey[],
  now: Seconds,
): Seconds | null {
  const active = activeKey(keys, algorithm, now)
  if (!active) return now
  const isNext = (key: SigningKey) =>
    key.algorithm === algorithm && stateOf(key, keys, now) === 'pending'
  if (keys.some(isNext) || now < active.activatesAt + signingKeyAge) return null
  return now + PENDING_PERIOD
}
