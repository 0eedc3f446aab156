import type { Address } from './credential.ts'
import type { Seconds } from './time.ts'

/** What is no failure of the server, and shows that somebody tries what they may not. */
export type SightingKind =
  | 'wrong_secret'
  | 'suspended_client'
  | 'bootstrap_token_guess'
  | 'sign_in_failed'
  | 'too_many_requests'

export type Sighting = {
  event: SightingKind
  address: Address
  /** Of a client that there is, or a text of the form of its id: anything else may be a secret. */
  clientId?: string | undefined
}

/** Tells the log of them, however many there are, in few lines. */
export interface Sightings {
  note(sighting: Sighting, now: Seconds): void
}

const CLIENT_ID = /^client_[0-9A-Za-z]{1,57}$/

/** A client id as a caller sent it, where it can be told to others. */
export function tellableClientId(sent: string): string | undefined {
  return CLIENT_ID.test(sent) ? sent : undefined
}
