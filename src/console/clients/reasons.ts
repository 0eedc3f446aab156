import { type Client, visibleSecrets } from '../../domain/client.ts'
import { type Attention, attentionOf } from '../../domain/status.ts'
import type { Seconds } from '../../domain/time.ts'
import { expiryInWords } from '../kit/words.ts'

/** Why a person should look at the client. */
export function reasonsInWords(client: Client, now: Seconds): string[] {
  const hints = new Map(visibleSecrets(client, now).map(({ secretId, hint }) => [secretId, hint]))
  return attentionOf(client, now).map((attention) => attentionInWords(attention, hints, now))
}

/** Names a secret by its last characters, by which people tell secrets apart. */
function attentionInWords(
  { reason, secretId, expiresAt = 0 }: Attention,
  hints: Map<string, string>,
  now: Seconds,
): string {
  if (reason === 'no_permissions') return 'It may do nothing: it has no permission'
  if (reason === 'no_credentials') return 'It has no secret'
  const hint = hints.get(secretId ?? '') ?? ''
  return `Secret …${hint} ${expiryInWords(expiresAt, now)}`
}
