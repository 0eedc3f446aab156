import { type Client, liveSecrets } from '../../domain/client.ts'
import { Refusal } from '../../domain/errors.ts'
import { LIVE_SECRETS_MAX } from '../../domain/secret.ts'
import type { Seconds } from '../../domain/time.ts'

/** @throws Refusal where the client would have more live secrets than it may */
export function refuseTooMany(client: Pick<Client, 'secrets'>, now: Seconds): void {
  if (hasRoomForAnother(client, now)) return
  throw new Refusal(
    'conflict',
    `A client has at most ${LIVE_SECRETS_MAX} live secrets: delete one, or retire the others.`,
  )
}

export function hasRoomForAnother(client: Pick<Client, 'secrets'>, now: Seconds): boolean {
  return liveSecrets(client, now).length < LIVE_SECRETS_MAX
}
