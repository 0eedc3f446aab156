import type { Remembered, VerificationKeyReads } from '../domain/assertion.ts'
import type { CredentialReads, StoredKey, StoredKeys, StoredPlace } from '../domain/credential.ts'
import { Refusal } from '../domain/errors.ts'
import { sealedJwksUri } from '../domain/jwks-uri.ts'
import { ASSERTION_ALGORITHMS, sealedMaterial, type VerificationKey } from '../domain/public-key.ts'
import type { RemoteKey, RemoteKeys } from '../domain/remote-keys.ts'
import type { SecretVerifiers } from '../domain/secret.ts'
import { MINUTE, type Seconds } from '../domain/time.ts'
import { remembered } from '../platform/remembered.ts'
import { algorithmOf } from './public-key-reader.ts'

const CLIENTS_MAX = 1000

/** A client's keys as the database has them, without those whose hash is wrong. */
type Proven = { audience: StoredKeys['audience']; keys: VerificationKey[]; place: Place | null }
type Place = Pick<StoredPlace, 'keyId' | 'jwksUri'>

/**
 * Remembers for a minute which keys a client has, or where it publishes them. The statement that
 * looks a key up finds out whether it is still the client's. A row that an attacker wrote into the
 * database is ignored: each proves itself by a keyed hash.
 */
export function verificationKeys(
  { keysOf }: Pick<CredentialReads, 'keysOf'>,
  verifiers: SecretVerifiers,
  remoteKeys: Pick<RemoteKeys, 'of'>,
): VerificationKeyReads {
  const memory = remembered<Proven | null>({
    period: MINUTE,
    most: CLIENTS_MAX,
    isFound: (proven) => proven !== null,
  })

  async function recall(clientId: string, now: Seconds, afresh: boolean) {
    const recalled = afresh ? null : memory.recall(clientId, now)
    if (recalled) return { proven: recalled.value, isFresh: false }
    const proven = await provenOf(verifiers, clientId, await keysOf(clientId))
    memory.keep(clientId, proven, now)
    return { proven, isFresh: true }
  }

  async function of(clientId: string, now: Seconds, afresh?: 'afresh'): Promise<Remembered> {
    const { proven, isFresh } = await recall(clientId, now, afresh !== undefined)
    if (!proven) return { known: null, isFresh }
    const { audience, keys, place } = proven
    if (!place) return { known: { audience, keys }, isFresh }
    try {
      const published = await keysAt(place, now, afresh && 'lacking')
      // The publisher may have a key that is not known here.
      return { known: { audience, keys: [...keys, ...published] }, isFresh: false }
    } catch (error) {
      // The client may publish its keys elsewhere by now.
      if (error instanceof Refusal && !isFresh) return of(clientId, now, 'afresh')
      throw error
    }
  }

  async function keysAt(place: Place, now: Seconds, lacking?: 'lacking') {
    const published = await remoteKeys.of({ jwksUri: place.jwksUri }, now, lacking)
    return published.map((key) => publishedKey(place, key))
  }

  return { of, forget: memory.forget }
}

async function provenOf(
  verifiers: SecretVerifiers,
  clientId: string,
  stored: StoredKeys | null,
): Promise<Proven | null> {
  if (!stored) return null
  const keys = await Promise.all(stored.keys.map((key) => provenKey(verifiers, clientId, key)))
  return {
    audience: stored.audience,
    keys: keys.filter((key) => key !== null),
    place: stored.published && (await provenPlace(verifiers, clientId, stored.published)),
  }
}

async function provenKey(
  verifiers: SecretVerifiers,
  clientId: string,
  { keyId, material, verifier, expiresAt }: StoredKey,
): Promise<VerificationKey | null> {
  const isOurs = await verifiers.matches(sealedMaterial(clientId, keyId, material), verifier)
  return isOurs ? { keyId, expiresAt, ...material } : null
}

async function provenPlace(
  verifiers: SecretVerifiers,
  clientId: string,
  { keyId, jwksUri, verifier }: StoredPlace,
): Promise<Place | null> {
  const isOurs = await verifiers.matches(sealedJwksUri(clientId, keyId, jwksUri), verifier)
  return isOurs ? { keyId, jwksUri } : null
}

/** All keys of a set have the one credential of their client. No assertion names one without a kid. */
function publishedKey({ keyId }: Place, { kid, alg, jwk }: RemoteKey): VerificationKey {
  const algorithm = ASSERTION_ALGORITHMS.find((one) => one === alg) ?? algorithmOf(jwk)
  return {
    keyId,
    kid: kid ?? '',
    algorithm,
    jwk,
    thumbprint: null,
    replay: 'once',
    expiresAt: null,
  }
}
