import type { VerificationKeyReads, VerificationKeys } from '../domain/assertion.ts'
import type { CredentialReads, StoredKey, StoredKeys } from '../domain/credential.ts'
import { sealedMaterial, type VerificationKey } from '../domain/public-key.ts'
import type { SecretVerifiers } from '../domain/secret.ts'
import { MINUTE, type Seconds } from '../domain/time.ts'
import { boundedMap } from '../platform/bounded-map.ts'

const CLIENTS_MAX = 1000

type Entry = { keys: VerificationKeys; readAt: Seconds }

/**
 * Remembers the keys of clients for a minute. The statement that looks a key up finds out whether it
 * is still the client's. A row that an attacker wrote into the database is ignored: each key proves
 * itself by a keyed hash.
 */
export function verificationKeys(
  { keysOf }: Pick<CredentialReads, 'keysOf'>,
  verifiers: SecretVerifiers,
): VerificationKeyReads {
  const remembered = boundedMap<Entry>(CLIENTS_MAX)
  return {
    async of(clientId, now, afresh) {
      const entry = remembered.get(clientId)
      if (entry && !afresh && entry.readAt <= now && now < entry.readAt + MINUTE) {
        return { known: entry.keys, isFresh: false }
      }
      const known = await proven(verifiers, clientId, await keysOf(clientId))
      if (known) remembered.set(clientId, { keys: known, readAt: now })
      return { known, isFresh: true }
    },
  }
}

async function proven(
  verifiers: SecretVerifiers,
  clientId: string,
  stored: StoredKeys | null,
): Promise<VerificationKeys | null> {
  if (!stored) return null
  const keys = await Promise.all(stored.keys.map((key) => provenKey(verifiers, clientId, key)))
  return { audience: stored.audience, keys: keys.filter((key) => key !== null) }
}

async function provenKey(
  verifiers: SecretVerifiers,
  clientId: string,
  { keyId, material, verifier, expiresAt }: StoredKey,
): Promise<VerificationKey | null> {
  const isOurs = await verifiers.matches(sealedMaterial(clientId, keyId, material), verifier)
  return isOurs ? { keyId, expiresAt, ...material } : null
}
