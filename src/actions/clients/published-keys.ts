import type { Client } from '../../domain/client.ts'
import type { Deps } from '../../domain/deps.ts'
import { invalidField, Refusal } from '../../domain/errors.ts'
import { type PublishedKeys, sealedJwksUri } from '../../domain/jwks-uri.ts'
import { requireAllowed } from '../../domain/policy.ts'
import type { Seconds } from '../../domain/time.ts'
import { newId } from '../../domain/ids.ts'

export type PublishedKeysDeps = Pick<Deps, 'random' | 'verifiers' | 'outboundUrlProblem' | 'policy'>

type Known = Pick<Client, 'clientId' | 'publicKeys' | 'publishedKeys'>
type Place = Pick<Client, 'jwksUri' | 'publishedKeys'>

/**
 * The place where a client publishes its keys from now on, and the credential for it; what is known
 * if that is not asked to change.
 * @throws Refusal if the place must not be asked, or the client has keys here
 */
export async function placeOfKeys(
  deps: PublishedKeysDeps,
  { clientId, publicKeys, publishedKeys: known }: Known,
  wanted: { jwksUri: string | null | undefined; createdBy: string },
  now: Seconds,
): Promise<Place> {
  const { jwksUri = known?.jwksUri ?? null, createdBy } = wanted
  if (jwksUri === null) return { jwksUri, publishedKeys: null }
  if (jwksUri === known?.jwksUri) return { jwksUri, publishedKeys: known }
  requireAllowed(deps.policy, 'public_key')
  const problem = deps.outboundUrlProblem(jwksUri)
  if (problem !== null) throw invalidField('jwks_uri', problem)
  if (publicKeys.length > 0) {
    throw new Refusal('conflict', 'The client has public keys: delete them first.')
  }
  const keyId = newId('jwks', deps.random)
  const verifier = await deps.verifiers.make(keyId, sealedJwksUri(clientId, keyId, jwksUri))
  const made: PublishedKeys = {
    keyId,
    jwksUri,
    verifier,
    createdAt: now,
    createdBy,
    lastUsedAt: null,
    readError: null,
  }
  return { jwksUri, publishedKeys: made }
}
