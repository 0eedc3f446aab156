import { type Client, changed, visibleSecrets } from '../../domain/client.ts'
import { hasVanished, isLive, retire, type Secret } from '../../domain/secret.ts'
import { isoTime, type Seconds } from '../../domain/time.ts'
import type { ChangeClientDeps, ClientEvent, ClientRequest } from './change-client.ts'
import { changeClientMaking } from './change-client-making.ts'
import { makeSecret, type SecretDeps, type SecretInput } from './make-secret.ts'
import { type RetirementInput, retirementOf } from './retirement.ts'
import { retiredEvents } from '../rotation/retired-events.ts'
import { refuseTooMany } from './secret-limit.ts'

export type NewSecret = SecretInput & RetirementInput

export type CreatedSecret = { client: Client; secret: Secret; secretText: string }

/** Adds a secret to a client, and retires the others on request. */
export async function createSecret(
  deps: ChangeClientDeps & SecretDeps,
  request: ClientRequest,
  input: NewSecret,
): Promise<CreatedSecret> {
  const make = async (client: Client, now: Seconds) => {
    const retirement = retirementOf(input, now)
    const by = { field: 'expires_on', createdBy: request.principal.id }
    const made = await makeSecret(
      deps,
      input,
      { ...by, retireOthersIn: retirement.afterFirstUse },
      now,
    )
    const others = retireOthers(visibleSecrets(client, now), retirement.fromNow, now)
    const secrets = others.filter((secret) => !hasVanished(secret, now))
    refuseTooMany({ secrets }, now)
    return {
      after: changed(client, now, { secrets: [...secrets, made.secret] }),
      events: [...retiredEvents(client.secrets, others), createdEvent(made.secret)],
      product: made,
    }
  }
  const { client, product } = await changeClientMaking(deps, request, make)
  return { client, secret: product.secret, secretText: product.text }
}

function retireOthers(secrets: Secret[], seconds: Seconds | null, now: Seconds): Secret[] {
  if (seconds === null) return secrets
  return secrets.map((secret) => (isLive(secret, now) ? retire(secret, now, seconds) : secret))
}

export function createdEvent({ secretId, expiresAt }: Secret): ClientEvent {
  const changes = { expires_at: { from: null, to: isoTime(expiresAt) } }
  return { action: 'secret.created', target: { type: 'secret', id: secretId }, changes }
}
