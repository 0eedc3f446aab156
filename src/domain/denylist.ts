import { TOKEN_LIFETIME_MAX } from './client.ts'
import { CLOCK_SKEW, type Seconds } from './time.ts'

/**
 * What resource servers at the edge read of one client: a pure function of D1, written whole. A lower
 * version never wins over a higher one.
 */
export type DenylistEntry = {
  version: number
  suspended: boolean
  /** Tokens of an older generation are refused. */
  generation: number
  /** The `jti` of each token revoked by itself that has not expired. */
  revoked: string[]
}

/** As long as the longest token, and what clocks may differ by: after that nothing is left to refuse. */
export const DENYLIST_TTL: Seconds = TOKEN_LIFETIME_MAX + CLOCK_SKEW

export function denylistKey(clientId: string): string {
  return `client:${clientId}`
}
