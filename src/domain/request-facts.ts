import { isLikeClientId } from './ids.ts'
import type { Cause } from './refusal-reasons.ts'

/** How a caller proves its identity; `binding`: by a service binding of the same account. */
export const METHODS = [
  'secret',
  'public_key',
  'federated_credential',
  'certificate',
  'bearer',
  'bootstrap',
  'session',
  'binding',
] as const
export type Method = (typeof METHODS)[number]

export const OUTCOMES = ['issued', 'active', 'inactive', 'done', 'refused', 'failed'] as const

/** Facts about a request for the log and the metrics, without anything secret or personal. */
export type RequestFacts = {
  /** An existing client's id once it is proven; before that a text of that form, as it was sent. */
  clientId?: string | undefined
  /** Whether the caller has proved who it is. */
  isProven: boolean
  method?: Method
  outcome?: (typeof OUTCOMES)[number]
  /** The cause if the answer refuses without being an error, as the page to sign in does. */
  refused?: Cause
}

/** Adds to what is known of the request. */
export type Learn = (facts: Partial<RequestFacts>) => void

/** A client id as a caller sent it, if it is safe to show: anything else may be a secret. */
export function tellableClientId(sent: string): string | undefined {
  return isLikeClientId(sent) ? sent : undefined
}
