import type { Verifier } from './secret.ts'
import type { Seconds } from './time.ts'

/**
 * The credential of a client that publishes its public keys itself: where it does. The keys at that
 * place are read when they are needed, and are not the client's own in the sense of `publicKeys`.
 */
export type PublishedKeys = {
  keyId: string
  jwksUri: string
  /** A keyed hash of the above: an attacker who can write to the database cannot add a place. */
  verifier: Verifier
  createdAt: Seconds
  createdBy: string
  lastUsedAt: Seconds | null
  /** Why the last attempt to read the keys failed; null if it did not, or there was none. */
  readError: string | null
}

/** The text whose keyed hash proves that this deployment stored the place, and for this client. */
export function sealedJwksUri(clientId: string, keyId: string, jwksUri: string): string {
  return JSON.stringify(['jwks_uri', clientId, keyId, jwksUri])
}
