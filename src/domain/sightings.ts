import type { Address } from './credential.ts'
import type { Seconds } from './time.ts'

/** Signs that somebody tries what they may not; none is a failure of the server. */
export type SightingKind =
  | 'wrong_secret'
  | 'suspended_client'
  | 'bootstrap_token_guess'
  | 'sign_in_failed'
  | 'too_many_requests'

export type Sighting = {
  event: SightingKind
  address: Address
  /** An existing client's id, or a text of that form: anything else may be a secret. */
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
