import { type Client, changed, visibleSecrets } from '../../domain/client.ts'
import { Refusal } from '../../domain/errors.ts'
import { isLive, latestExpiry, retire, type Secret } from '../../domain/secret.ts'
import type { Seconds } from '../../domain/time.ts'
import type { ChangeClientDeps, ClientRequest } from './change-client.ts'
import { changeClientMaking } from './change-client-making.ts'
import { retiredEvents } from '../rotation/retired-events.ts'
import { type CreatedSecret, createdEvent } from './create-secret.ts'
import { findSecret } from './delete-secret.ts'
import { type SecretDeps, secretUntil } from './make-secret.ts'

/**
 * Replaces a secret that may never have been seen: it ends at once, and the other secrets are left
 * unchanged. A secret that was used is known to somebody and stays.
 */
export async function replaceUnseenSecret(
  deps: ChangeClientDeps & SecretDeps,
  request: ClientRequest,
  secretId: string,
): Promise<CreatedSecret> {
  const { client, product } = await changeClientMaking(deps, request, async (before, now) => {
    const unseen = replaceable(before, secretId, now)
    const made = await secretUntil(
      deps,
      Math.min(unseen.expiresAt, latestExpiry(now, deps.policy.secretDaysMax)),
      { ...unseen, createdBy: request.principal.id },
      now,
    )
    const kept = visibleSecrets(before, now).filter((secret) => secret !== unseen)
    return {
      after: changed(before, now, { secrets: [...kept, made.secret] }),
      events: [...retiredEvents([unseen], [retire(unseen, now, 0)]), createdEvent(made.secret)],
      product: made,
    }
  })
  return { client, secret: product.secret, secretText: product.text }
}

function replaceable(client: Client, secretId: string, now: Seconds): Secret {
  const secret = findSecret(client, secretId, now)
  if (!isLive(secret, now)) throw new Refusal('conflict', 'This secret does not work any more.')
  if (secret.lastUsedAt === null) return secret
  throw new Refusal('conflict', 'This secret has been used since: somebody has it.')
}
