import type { TokenClaims } from '../domain/token.ts'
import { TOKEN_LENGTH_MAX } from '../domain/token-size.ts'
import { askDenylist } from './ask-denylist.ts'
import { askServer } from './ask-server.ts'
import {
  DENYLIST_STALENESS,
  type GuardOptions,
  type GuardSettings,
  readGuardOptions,
} from './options.ts'
import { Refused } from './refused.ts'
import { refusal } from './responses.ts'
import { verifiedToken } from './verified-token.ts'

/** A token that may pass: its claims, and its scope as a list. */
export type VerifiedToken = TokenClaims & { scopes: string[] }

/**
 * Lets a request pass that carries a Bearer token for this API (RFC 6750 §2.1, RFC 9068 §4): its
 * claims, or the answer to give instead: 401, 403, or 503 where nobody can tell.
 *
 * @example
 * const token = await verifyRequest(request, { issuer, audience, scope: 'invoices:read', clientId, clientSecret })
 * if (token instanceof Response) return token
 * return Response.json({ invoices: invoicesOf(token.client_id) })
 *
 * @throws TypeError when an option is wrong
 */
export async function verifyRequest(
  request: Request,
  options: GuardOptions,
): Promise<VerifiedToken | Response> {
  const settings = readGuardOptions(options)
  try {
    return await passedToken(request, settings)
  } catch (error) {
    if (error instanceof Refused) return refusal(error, settings)
    throw error
  }
}

async function passedToken(request: Request, settings: GuardSettings): Promise<VerifiedToken> {
  const token = bearerOf(request)
  // The server issues no longer one: nothing of it is decoded, remembered or sent on.
  if (token.length > TOKEN_LENGTH_MAX) throw new Refused('invalid_token', 'The token is too long.')
  const claims = await verifiedToken(token, settings)
  const scope = await currentScope(token, claims, settings)
  const scopes = scope.split(' ').filter((value) => value !== '')
  if (!settings.scopes.every((value) => scopes.includes(value))) {
    throw new Refused('insufficient_scope', `This needs ${settings.scopes.join(' ')}.`)
  }
  // Of its own: the claims are remembered for the token's next request, whatever a handler does to these.
  const aud = typeof claims.aud === 'string' ? claims.aud : [...claims.aud]
  return { ...claims, aud, scope, scopes }
}

/** The token's scope as far as it holds: the server says what of it the client still has. */
async function currentScope(
  token: string,
  claims: TokenClaims,
  settings: GuardSettings,
): Promise<string> {
  if (settings.maxStaleness >= DENYLIST_STALENESS) {
    if (await askDenylist(claims, settings)) return claims.scope
  } else {
    const answer = await askServer(token, settings)
    if (answer.active) return answer.scope ?? ''
  }
  throw new Refused('invalid_token', 'The access token is not active.')
}

function bearerOf(request: Request): string {
  const header = request.headers.get('authorization') ?? ''
  const token = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(header)?.[1]
  if (token === undefined) throw new Refused('no_token', 'Send an access token as Bearer.')
  return token
}
