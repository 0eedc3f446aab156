import { differences } from '../../domain/audit.ts'
import { type Client, changed, visibleSecrets } from '../../domain/client.ts'
import type { Deps } from '../../domain/deps.ts'
import { invalidField } from '../../domain/errors.ts'
import { requireAllowed } from '../../domain/policy.ts'
import { endOf, isLive, type Secret } from '../../domain/secret.ts'
import { patched, type SecretPatch } from '../../domain/secret-extension.ts'
import { isoTime, type Seconds } from '../../domain/time.ts'
import {
  type ChangeClientDeps,
  type ClientEvent,
  type ClientRequest,
  unchanged,
} from './change-client.ts'
import { changeClientMaking } from './change-client-making.ts'
import { findSecret } from './delete-secret.ts'
import { refuseTooMany } from './secret-limit.ts'

/** Gives a secret another end or another name; the text of it stays the same. */
export async function updateSecret(
  deps: ChangeClientDeps & Pick<Deps, 'policy'>,
  request: ClientRequest,
  secretId: string,
  patch: SecretPatch | ((secret: Secret, now: Seconds) => SecretPatch),
): Promise<{ client: Client; secret: Secret }> {
  const { client, product } = await changeClientMaking(deps, request, (client, now) => {
    const before = findSecret(client, secretId, now)
    const wanted = typeof patch === 'function' ? patch(before, now) : patch
    const after = patched(before, wanted, now, deps.policy.secretDaysMax)
    if ('field' in after) throw invalidField(after.field, after.detail)
    // A later end is as good as another secret.
    if (after.expiresAt > before.expiresAt) requireAllowed(deps.policy, 'secret')
    if (JSON.stringify(before) === JSON.stringify(after)) {
      return { ...unchanged(client), product: after }
    }
    const secrets = visibleSecrets(client, now)
    if (isLive(after, now) && !isLive(before, now)) refuseTooMany({ secrets }, now)
    return {
      after: changed(client, now, {
        secrets: secrets.map((one) => (one === before ? after : one)),
      }),
      events: [updatedEvent(before, after)],
      product: after,
    }
  })
  // Not looked up: a secret that ends about now would be gone, and its change is made.
  return { client, secret: product }
}

function updatedEvent(before: Secret, after: Secret): ClientEvent {
  const changes = differences(shown(before), shown(after), {
    label: 'label',
    expiresAt: 'expires_at',
    retiresAt: 'retires_at',
  })
  const target = { type: 'secret' as const, id: after.secretId }
  return { action: actionOf(before, after), target, changes }
}

function actionOf(before: Secret, after: Secret): ClientEvent['action'] {
  if (endOf(after) > endOf(before)) return 'secret.extended'
  const isRetired = after.retiresAt !== null && after.retiresAt !== before.retiresAt
  return isRetired ? 'secret.retired' : 'secret.updated'
}

function shown({ label, expiresAt, retiresAt }: Secret) {
  return { label, expiresAt: isoTime(expiresAt), retiresAt: retiresAt && isoTime(retiresAt) }
}
