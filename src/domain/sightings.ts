import type { Address } from './credential.ts'
import type { Seconds } from './time.ts'

/** Signs of attempted abuse; none is a failure of the server. */
export type SightingKind =
  | 'wrong_secret'
  | 'wrong_assertion'
  | 'wrong_certificate'
  | 'suspended_client'
  | 'bootstrap_token_guess'
  | 'sign_in_failed'
  | 'too_many_requests'

export type Sighting = {
  event: SightingKind
  address: Address
  /** An existing client's id, or a text of that form: anything else may be a secret. */
  clientId?: string | undefined
  /** The fault, where the caller is not told. */
  reason?: string | undefined
}

/** Logs them, however many there are, in few lines. */
export interface Sightings {
  note(sighting: Sighting, now: Seconds): void
}

const CLIENT_ID = /^client_[0-9A-Za-z]{1,57}$/

/** A client id as a caller sent it, if it is safe to show. */
export function tellableClientId(sent: string): string | undefined {
  return CLIENT_ID.test(sent) ? sent : undefined
}
