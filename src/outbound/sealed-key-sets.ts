import { Unavailable } from '../domain/errors.ts'
import {
  type KeySets,
  type ReadKeySet,
  type RemoteKey,
  type SealedKeySet,
  sealedSetText,
} from '../domain/remote-keys.ts'
import type { SecretVerifiers } from '../domain/secret.ts'
import type { Seconds } from '../domain/time.ts'

/**
 * Key sets in the database, each under a keyed hash: an attacker who can write there can neither
 * plant a key nor prolong the use of one that was withdrawn. A row without a right hash is ignored.
 */
export function sealedKeySets(keySets: KeySets, verifiers: SecretVerifiers) {
  async function opened(name: string, sealed: SealedKeySet): Promise<ReadKeySet | null> {
    const isOurs = await matches(verifiers, sealedSetText(name, sealed), sealed)
    if (!isOurs) return null
    const { readAt, freshUntil } = sealed
    return { keys: JSON.parse(sealed.keys) as RemoteKey[], readAt, freshUntil }
  }

  return {
    async find(name: string): Promise<{ set: ReadKeySet | null; triedAt: Seconds | null }> {
      const stored = await keySets.find(name)
      const set = stored?.set ? await opened(name, stored.set) : null
      return { set, triedAt: stored?.triedAt ?? null }
    },

    async keep(name: string, { keys, readAt, freshUntil }: ReadKeySet): Promise<void> {
      const set = { keys: JSON.stringify(keys), readAt, freshUntil }
      const verifier = await verifiers.make(name, sealedSetText(name, set))
      await keySets.keep(name, { ...set, verifier })
    },
  }
}

/** A pepper that is configured no longer proves nothing: the set is read from its publisher. */
async function matches(
  verifiers: SecretVerifiers,
  text: string,
  { verifier }: SealedKeySet,
): Promise<boolean> {
  try {
    return await verifiers.matches(text, verifier)
  } catch (error) {
    if (error instanceof Unavailable) return false
    throw error
  }
}
