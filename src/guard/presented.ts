import { TOKEN_LENGTH_MAX } from '../domain/token-size.ts'
import { Refused } from './refused.ts'
import { isB64token } from '../platform/b64token.ts'

/** How a token is sent: by itself (RFC 6750), or with a proof of the key that it is bound to (RFC 9449). */
export type Scheme = 'Bearer' | 'DPoP'

/** The parts of a request that a bound token is checked with. */
export type GuardedRequest = {
  /** The framework's own: what callbacks are given, and what tells one request from another. */
  original: object
  method: string
  /** Null where only the `Host` header says it, as in Node. */
  origin: string | null
  /** It may have a query after it, which no comparison looks at. */
  path: string
  /** The `DPoP` header; several are joined with commas. */
  proof: string | null
}

export type Presented = {
  scheme: Scheme
  /** @throws Refused if there is no token, or what can be none */
  token: () => string
  /** Null for a token that came another way than with a request. */
  request: GuardedRequest | null
}

/** The token of an `Authorization` header. */
export function presentedBy(header: string, request: GuardedRequest): Presented {
  const [, scheme, token = ''] = /^(Bearer|DPoP) +(.+)$/i.exec(header) ?? []
  return {
    scheme: scheme?.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer',
    token: () => (isB64token(token) ? fitting(token) : noToken()),
    request,
  }
}

/** A token that came another way: in a message, a cookie, the first frame of a WebSocket. */
export function presentedAlone(token: string): Presented {
  return { scheme: 'Bearer', token: () => wholeToken(token), request: null }
}

function wholeToken(token: string): string {
  if (typeof token !== 'string' || token === '') return noToken()
  if (!isB64token(token)) throw new Refused('invalid_token', 'The access token is not valid here.')
  return fitting(token)
}

function fitting(token: string): string {
  // The server issues none this long: it is not decoded, remembered or sent on.
  if (token.length > TOKEN_LENGTH_MAX) throw new Refused('invalid_token', 'The token is too long.')
  return token
}

function noToken(): never {
  throw new Refused('no_token', 'Send an access token as Bearer, or as DPoP with a proof.')
}
