import { type Client, visibleSecrets } from '../../domain/client.ts'
import { attentionOf } from '../../domain/status.ts'
import type { Seconds } from '../../domain/time.ts'
import { attentionInWords } from '../words.ts'

/** Why a person should look at the client. */
export function reasonsInWords(client: Client, now: Seconds): string[] {
  const hints = new Map(visibleSecrets(client, now).map(({ secretId, hint }) => [secretId, hint]))
  return attentionOf(client, now).map((attention) => attentionInWords(attention, hints, now))
}
