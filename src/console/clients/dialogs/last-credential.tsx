import { type Client, liveSecrets } from '../../../domain/client.ts'
import { isUnexpired } from '../../../domain/public-key.ts'
import type { Seconds } from '../../../domain/time.ts'

/** Warns before the deletion of a credential that works, if no other of the client does. */
export function LastOne({ client, now }: { client: Client; now: Seconds }) {
  const lasting = [...client.publicKeys, ...client.federatedCredentials]
  const live = lasting.filter((credential) => isUnexpired(credential, now))
  if (liveSecrets(client, now).length + live.length !== 1) return null
  return <strong>It is the last one that works: the client will get no more tokens.</strong>
}
