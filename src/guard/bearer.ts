import { TOKEN_LENGTH_MAX } from '../domain/token-size.ts'
import { Refused } from './refused.ts'

/** RFC 6750 §2.1. */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/

/** The token of an `Authorization` header. */
export function bearerOf(header: string): string {
  const token = /^Bearer +(.+)$/i.exec(header)?.[1]
  if (token === undefined || !TOKEN.test(token)) throw noToken()
  return fitting(token)
}

/** A token that came another way: in a message, a cookie, the first frame of a WebSocket. */
export function wholeToken(token: string): string {
  if (typeof token !== 'string' || token === '') throw noToken()
  if (!TOKEN.test(token)) throw new Refused('invalid_token', 'The access token is not valid here.')
  return fitting(token)
}

function fitting(token: string): string {
  // The server issues none this long: it is not decoded, remembered or sent on.
  if (token.length > TOKEN_LENGTH_MAX) throw new Refused('invalid_token', 'The token is too long.')
  return token
}

function noToken(): Refused {
  return new Refused('no_token', 'Send an access token as Bearer.')
}
