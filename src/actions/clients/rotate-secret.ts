import { type Client, changed, visibleSecrets } from '../../domain/client.ts'
import type { CredentialOf } from '../../domain/credential.ts'
import { Refusal } from '../../domain/errors.ts'
import type { Deps } from '../../domain/deps.ts'
import { expiryLike, hasVanished, retire, type Secret } from '../../domain/secret.ts'
import { isAllowed, notAllowed } from '../../domain/policy.ts'
import { DAY, type Seconds } from '../../domain/time.ts'
import { authenticateClient, type Caller } from '../auth/authenticate-client.ts'
import type { AuthenticationDeps } from '../auth/authentication-method.ts'
import { usableSecret } from '../auth/secret-method.ts'
import type { ChangeClientDeps } from './change-client.ts'
import { changeClientMaking } from './change-client-making.ts'
import { FEW_ATTEMPTS, NO_ONE_TO_ASK } from '../changes/commit-change.ts'
import { retiredEvents } from '../rotation/retired-events.ts'
import { withFirstUses } from '../rotation/retire-replaced.ts'
import { createdEvent } from './create-secret.ts'
import { secretUntil } from './make-secret.ts'
import { hasRoomForAnother } from './secret-limit.ts'

type RotationDeps = AuthenticationDeps & ChangeClientDeps & Pick<Deps, 'auditEvents' | 'policy'>

export type Rotation = { caller: Caller; overlap: Seconds; requestId: string }

/** The new secret with its text, which exists only here, and the secret used, with its end. */
export type RotatedSecret = { clientId: string; secret: Secret; text: string; previous: Secret }

/** More than anyone needs: a leaked secret cannot cause a flood of changes. */
const ROTATIONS_A_DAY = 24

/**
 * Replaces the secret that a client authenticated with, if its administrator allows self-rotation.
 * The old secret ends after the overlap; the new one gets the same lifetime as the old one had.
 */
export async function rotateSecret(deps: RotationDeps, rotation: Rotation): Promise<RotatedSecret> {
  const { caller, overlap, requestId } = rotation
  const { credential } = await authenticateClient(deps, caller, (lookup) =>
    deps.credentials.withTokens(lookup, [null]),
  )
  const { clientId } = credential
  if (credential.kind !== 'secret') {
    throw new Refusal(
      'unauthorized_client',
      'Only a client that authenticates with a secret can rotate it.',
    )
  }
  if (!isAllowed(deps.policy, 'secret')) {
    throw new Refusal('unauthorized_client', notAllowed(deps.policy, 'secret'))
  }
  const rotate = async (client: Client, now: Seconds) => {
    const { used, all, begun } = begunBy(
      await rotatable(deps, client, credential, now),
      client,
      now,
    )
    const { secret, text } = await secretUntil(
      deps,
      expiryLike(used, now, deps.policy.secretDaysMax),
      { ...used, createdBy: clientId, retireOthersIn: null },
      now,
    )
    const previous = retire(used, now, overlap)
    const kept = visibleSecrets(all, now)
      .map((one) => (one === used ? previous : one))
      .filter((one) => !hasVanished(one, now))
    refuseWithoutRoom(kept, now)
    return {
      after: changed(client, now, { secrets: [...kept, secret] }),
      events: [...retiredEvents([used], [previous]), createdEvent(secret), ...begun],
      product: { clientId, secret, text, previous },
    }
  }
  const principal = { type: 'client' as const, id: clientId, permissions: [] }
  // The caller's right is the secret, which `rotatable` checks again; the change gives way to
  // administrators.
  const terms = { allow: () => {}, attempts: FEW_ATTEMPTS }
  const request = { principal, requestId, clientId, ...NO_ONE_TO_ASK }
  return (await changeClientMaking(deps, request, rotate, terms)).product
}

/**
 * This may be the first use of the secret, and the note of it comes after the answer: the secret
 * could be gone by then, and with it what the others wait for.
 */
function begunBy(secret: Secret, client: Client, now: Seconds) {
  const { secretId } = secret
  const secrets = client.secrets.map((one) =>
    one.secretId === secretId && one.lastUsedAt === null ? { ...one, lastUsedAt: now } : one,
  )
  const { client: all, events: begun } = withFirstUses({ ...client, secrets })
  return { used: all.secrets.find((one) => one.secretId === secretId) ?? secret, all, begun }
}

/** The secret used, as stored now: another change may have come after it was read. */
async function rotatable(
  deps: Pick<Deps, 'auditEvents'>,
  client: Client,
  { secret: { secretId } }: CredentialOf<'secret'>,
  now: Seconds,
): Promise<Secret> {
  const used = usableSecret(client, secretId, now)
  if (!client.allowSelfRotation) {
    throw new Refusal('unauthorized_client', 'This client may not rotate its own secret.')
  }
  await refuseTooOften(deps, client.clientId, now)
  return used
}

async function refuseTooOften(
  deps: Pick<Deps, 'auditEvents'>,
  clientId: string,
  now: Seconds,
): Promise<void> {
  const query = { clientId, action: 'secret.created' as const, after: null }
  const made = await deps.auditEvents.list({ ...query, limit: ROTATIONS_A_DAY })
  const retryAfter = (made[ROTATIONS_A_DAY - 1]?.at ?? -Infinity) + DAY - now
  if (retryAfter <= 0) return
  throw new Refusal('too_many_requests', 'This client got too many secrets within a day.', {
    retryAfter,
    detail: 'rotations',
  })
}

function refuseWithoutRoom(secrets: Secret[], now: Seconds): void {
  if (hasRoomForAnother({ secrets }, now)) return
  throw new Refusal(
    'invalid_request',
    'The client has as many live secrets as it may have: wait until one ends, or send overlap=0.',
  )
}
