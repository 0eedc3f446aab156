import { type Client, changed } from '../../domain/client.ts'
import { invalidField, Refusal } from '../../domain/errors.ts'
import type { Deps } from '../../domain/deps.ts'
import {
  type AssertionAlgorithm,
  type GivenKey,
  PUBLIC_KEYS_MAX,
  type PublicKey,
  type Replay,
  sealedMaterial,
} from '../../domain/public-key.ts'
import { requireAllowed } from '../../domain/policy.ts'
import type { Seconds } from '../../domain/time.ts'
import { newId } from '../../domain/ids.ts'
import type { ChangeClientDeps, ClientEvent, ClientRequest } from './change-client.ts'
import { changeClientMaking } from './change-client-making.ts'
import { lastingFrom, madeOf, type NewCredential } from './new-credential.ts'

export type NewPublicKey = NewCredential & {
  key: { jwk: object } | { pem: string }
  algorithm?: AssertionAlgorithm | undefined
  replay?: Replay | undefined
}

export type CreatedPublicKey = { client: Client; key: PublicKey }

type CreateKeyDeps = ChangeClientDeps & Pick<Deps, 'verifiers' | 'publicKeyReader' | 'policy'>

/** Adds a public key to a client, which from then on may prove itself with the private one. */
export async function createPublicKey(
  deps: CreateKeyDeps,
  request: ClientRequest,
  input: NewPublicKey,
): Promise<CreatedPublicKey> {
  const given = await deps.publicKeyReader.read(input.key, input.algorithm)
  if (typeof given === 'string') throw invalidField('jwk' in input.key ? 'jwk' : 'pem', given)
  const { client, product } = await changeClientMaking(deps, request, async (before, now) => {
    requireAllowed(deps.policy, 'public_key')
    refuseUnfit(before, given)
    const made = await keyOf(
      deps,
      before,
      given,
      { ...input, createdBy: request.principal.id },
      now,
    )
    return {
      after: changed(before, now, { publicKeys: [...before.publicKeys, made] }),
      events: [createdEvent(made)],
      product: made,
    }
  })
  return { client, key: product }
}

function refuseUnfit({ jwksUri, publicKeys: known }: Client, { kid, thumbprint }: GivenKey): void {
  if (jwksUri !== null) {
    throw new Refusal('conflict', 'The client publishes its keys: set its jwks_uri to null first.')
  }
  if (known.some((key) => key.thumbprint === thumbprint)) {
    throw new Refusal('conflict', 'The client already has this key.')
  }
  if (known.some((key) => key.kid === kid)) {
    throw new Refusal('conflict', 'The client has another key with this kid.')
  }
  if (known.length >= PUBLIC_KEYS_MAX) {
    throw new Refusal(
      'conflict',
      `A client has at most ${PUBLIC_KEYS_MAX} public keys: delete one.`,
    )
  }
}

async function keyOf(
  deps: Pick<Deps, 'random' | 'verifiers'>,
  { clientId }: Client,
  given: GivenKey,
  input: NewPublicKey & { createdBy: string },
  now: Seconds,
): Promise<PublicKey> {
  const keyId = newId('key', deps.random)
  const material = { ...given, replay: input.replay ?? 'once' }
  return {
    ...material,
    keyId,
    verifier: await deps.verifiers.make(keyId, sealedMaterial(clientId, keyId, material)),
    ...lastingFrom(input, input.createdBy, now),
  }
}

function createdEvent(key: PublicKey): ClientEvent {
  const { keyId, kid, algorithm, replay } = key
  return {
    action: 'public_key.created',
    target: { type: 'public_key', id: keyId },
    changes: madeOf({ kid, algorithm, replay }, key),
  }
}
