import type { Client } from './client.ts'
import type { LookupKey, LookupKeyName } from './lookup-text.ts'

/** A client that a lookup found, and the credential of it; null where the client itself was found. */
export type Found = { client: Client; credentialId: string | null; by: LookupKeyName }

/** Finds whose a credential is by what is known of it that is not secret. */
export interface Lookups {
  /** Reads nothing but what an index leads to; at most `limit`. */
  find(keys: LookupKey[], limit: number): Promise<Found[]>
}
