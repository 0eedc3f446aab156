import type { Confirmation } from '../domain/confirmation.ts'
import { isCanonicalBase64url } from '../platform/base64.ts'
import { Refused } from './refused.ts'

const MEMBERS = new Set(['jkt', 'x5t#S256'])

/** SHA-256 in base64url. */
const THUMBPRINT_LENGTH = 43

/**
 * The keys that a token is bound to, by its `cnf`; null where it has none. A token that is bound in
 * a way that is not understood here must not pass as if it were not bound.
 */
export function confirmationIn(claims: object): Confirmation | null {
  const { cnf } = claims as { cnf?: unknown }
  if (cnf === undefined) return null
  const members = typeof cnf === 'object' && cnf !== null ? Object.entries(cnf) : []
  if (members.length > 0 && members.every(isUnderstood)) return { ...(cnf as Confirmation) }
  throw new Refused('invalid_token', 'The access token is bound in a way that is unknown here.')
}

function isUnderstood([name, value]: [string, unknown]): boolean {
  return (
    MEMBERS.has(name) &&
    typeof value === 'string' &&
    value.length === THUMBPRINT_LENGTH &&
    isCanonicalBase64url(value)
  )
}

/** The server knows a token as it issued it: bound to the same keys, where it says so at all. */
export function requireSameConfirmation(token: Confirmation | null, answer: object): void {
  const said = confirmationIn(answer)
  if (!said || (said.jkt === token?.jkt && said['x5t#S256'] === token?.['x5t#S256'])) return
  throw new Refused('invalid_token', 'The access token is bound to another key.')
}
