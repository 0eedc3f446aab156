import type { EventDraft } from '../domain/audit.ts'
import type { Deps } from '../domain/ports.ts'
import { activeKey, type SigningKey } from '../domain/signing-key.ts'
import type { Seconds } from '../domain/time.ts'
import { type CommitDeps, commitChange, noChange, NO_ONE_TO_ASK, SYSTEM } from './commit-change.ts'

export type SigningKeyDeps = CommitDeps &
  Pick<Deps, 'signingKeys' | 'signingKeyMaker' | 'algorithm'>

/** The kid of the active key; the first is made here, once, however many ask for it at a time. */
export function ensureSigningKey(deps: SigningKeyDeps): Promise<string> {
  const newKey = signingKeyOnce(deps)
  return commitChange(deps, NO_ONE_TO_ASK, async (now) => {
    const active = activeKey(await deps.signingKeys.all(), deps.algorithm, now)
    if (active) return noChange(active.kid)
    const key = await newKey(now, now)
    return {
      result: key.kid,
      events: [
        {
          action: 'signing_key.created',
          ...SYSTEM,
          clientId: null,
          target: signingKeyTarget(key.kid),
        },
      ],
      writes: [{ kind: 'signing_key', before: null, after: key }],
    }
  })
}

/** Makes a key when it is first asked to, and the same one when a change has to look again. */
export function signingKeyOnce(deps: Pick<Deps, 'signingKeyMaker' | 'algorithm'>) {
  let made: Awaited<ReturnType<Deps['signingKeyMaker']['make']>> | undefined
  return async (createdAt: Seconds, activatesAt: Seconds): Promise<SigningKey> => {
    made ??= await deps.signingKeyMaker.make(deps.algorithm)
    return { ...made, algorithm: deps.algorithm, createdAt, activatesAt, revokedAt: null }
  }
}

export function signingKeyTarget(kid: string): EventDraft['target'] {
  return { type: 'signing_key', id: kid }
}
