import { type Client, changed, liveSecrets, visibleSecrets } from '../../domain/client.ts'
import { Refusal } from '../../domain/errors.ts'
import type { Deps } from '../../domain/deps.ts'
import { hasVanished, isLive, LIVE_SECRETS_MAX, retire, type Secret } from '../../domain/secret.ts'
import { isoTime, type Seconds } from '../../domain/time.ts'
import {
  type ChangeClientDeps,
  type ClientEvent,
  type ClientRequest,
  changeClient,
} from './change-client.ts'
import { makeSecret, type SecretInput } from './make-secret.ts'

export type NewSecret = SecretInput & {
  /** Seconds after which the other live secrets end; undefined leaves them unchanged. */
  retireOthersIn?: Seconds | undefined
}

export type CreatedSecret = { client: Client; secret: Secret; secretText: string }

/** Adds a secret to a client, and retires the others on request. */
export async function createSecret(
  deps: ChangeClientDeps & Pick<Deps, 'verifiers'>,
  request: ClientRequest,
  input: NewSecret,
): Promise<CreatedSecret> {
  let made: Awaited<ReturnType<typeof makeSecret>> | undefined
  const by = { field: 'expires_on', createdBy: request.principal.id }
  const make = async (client: Client, now: Seconds) => {
    made = await makeSecret(deps, input, by, now)
    const others = retireOthers(visibleSecrets(client, now), input.retireOthersIn, now)
    const secrets = others.filter((secret) => !hasVanished(secret, now))
    refuseTooMany({ secrets }, now)
    return {
      after: changed(client, now, { secrets: [...secrets, made.secret] }),
      events: [...retiredEvents(client.secrets, others), createdEvent(made.secret)],
    }
  }
  const client = await changeClient(deps, request, make)
  if (!made) throw new Error('a committed secret was not made')
  return { client, secret: made.secret, secretText: made.text }
}

function retireOthers(secrets: Secret[], seconds: Seconds | undefined, now: Seconds): Secret[] {
  if (seconds === undefined) return secrets
  return secrets.map((secret) => (isLive(secret, now) ? retire(secret, now, seconds) : secret))
}

function refuseTooMany(client: Pick<Client, 'secrets'>, now: Seconds): void {
  if (hasRoomForAnother(client, now)) return
  throw new Refusal(
    'conflict',
    `A client has at most ${LIVE_SECRETS_MAX} live secrets: delete one, or retire the others.`,
  )
}

export function hasRoomForAnother(client: Pick<Client, 'secrets'>, now: Seconds): boolean {
  return liveSecrets(client, now).length < LIVE_SECRETS_MAX
}

export function createdEvent({ secretId, expiresAt }: Secret): ClientEvent {
  const changes = { expires_at: { from: null, to: isoTime(expiresAt) } }
  return { action: 'secret.created', target: { type: 'secret', id: secretId }, changes }
}

export function retiredEvents(before: Secret[], after: Secret[]): ClientEvent[] {
  return after.flatMap(({ secretId, retiresAt }) => {
    const from = before.find((secret) => secret.secretId === secretId)?.retiresAt ?? null
    if (retiresAt === null || retiresAt === from) return []
    const changes = { retires_at: { from: from && isoTime(from), to: isoTime(retiresAt) } }
    return [{ action: 'secret.retired', target: { type: 'secret', id: secretId }, changes }]
  })
}
