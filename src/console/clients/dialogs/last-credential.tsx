import type { Client } from '../../../domain/client.ts'
import { countLiveCredentials } from '../../../domain/credentials-of.ts'
import type { Seconds } from '../../../domain/time.ts'

/** Warns before the deletion of a credential that works, if no other of the client does. */
export function LastOne({ client, now }: { client: Client; now: Seconds }) {
  if (countLiveCredentials(client, now) !== 1) return null
  return (
    <strong>It is the last credential that works: this client won’t be able to get tokens.</strong>
  )
}
