import type { Address } from './credential.ts'
import type { Cause } from './refusal-reasons.ts'
import type { Method } from './request-facts.ts'
import type { Seconds } from './time.ts'

/** A request that was refused. None is a failure of the server. */
export type RefusedRequest = Cause & {
  /** Method and path, with the names of its parameters in the place of their values. */
  endpoint: string
  status: number
  method?: Method | undefined
  clientId?: string | undefined
  /** Whether the caller had proved who it is. */
  isProven: boolean
  address: Address
  requestId: string
}

/** Logs them, however many there are, in few lines. */
export interface RefusalLog {
  note(refused: RefusedRequest, now: Seconds): void
}
