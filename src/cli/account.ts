import { readCredentials } from './credentials-file.ts'
import { EXIT, Failure } from './failure.ts'
import { readIssuer } from './issuer.ts'

export type ClientCredentials = { clientId: string; clientSecret: string }

/** The issuer, and the caller: a client with its secret, or a ready-made token. */
export type Account = { issuer: string } & (ClientCredentials | { token: string })

const VARIABLES = [
  'PORTCULLIS_URL',
  'PORTCULLIS_TOKEN',
  'PORTCULLIS_CLIENT_ID',
  'PORTCULLIS_CLIENT_SECRET',
] as const

/**
 * The environment's account if any of its variables is set, else that of `login`. The two are never
 * mixed: a secret goes to the server that it belongs to, and to no other.
 */
export function readAccount(): Account {
  const [url, token, clientId, clientSecret] = VARIABLES.map((name) => process.env[name] || null)
  if (!url && !token && !clientId && !clientSecret) return loggedIn()
  if (!url) throw incomplete('PORTCULLIS_URL is missing')
  const issuer = readIssuer(url)
  if (token) return { issuer, token: readToken(token) }
  if (clientId && clientSecret) return { issuer, clientId, clientSecret }
  throw incomplete(
    'PORTCULLIS_TOKEN, or PORTCULLIS_CLIENT_ID and PORTCULLIS_CLIENT_SECRET are missing',
  )
}

/** fetch quotes a value that no header takes (RFC 9110 §5.5) in its error, and so the token. */
function readToken(token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token
  throw new Failure(
    EXIT.denied,
    'PORTCULLIS_TOKEN is not a token: it has a character that a token cannot have, such as a space, a line break or a letter with an accent.',
  )
}

/** The names, never the values, of the variables that are set. */
export function variablesThatAreSet(): string[] {
  return VARIABLES.filter((name) => process.env[name])
}

function loggedIn(): Account {
  const kept = readCredentials()
  if (kept) {
    return {
      issuer: readIssuer(kept.issuer),
      clientId: kept.client_id,
      clientSecret: kept.client_secret,
    }
  }
  throw new Failure(
    EXIT.denied,
    'Not logged in. Run portcullis login, or set PORTCULLIS_URL and PORTCULLIS_TOKEN.',
  )
}

function incomplete(what: string): Failure {
  const set = variablesThatAreSet()
  const are = set.length === 1 ? 'alone is' : 'are'
  return new Failure(EXIT.denied, `${what}: ${set.join(' and ')} ${are} not enough.`)
}
