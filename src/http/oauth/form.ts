import { Refusal } from '../../domain/errors.ts'
import { hasMediaType, readText } from '../../web/body.ts'

const BODY_LIMIT = 16 * 1024
/** RFC 8707 §2; older clients call it `audience`. */
const REPEATABLE = new Set(['resource', 'audience'])

/** The parameters of an OAuth request: each once, `resource` and `audience` as often as sent. */
export type Form = { one(name: string): string | undefined; all(name: string): string[] }

/**
 * Reads a form by RFC 6749 §3.2: a parameter without a value is omitted, a repeated one refused. By
 * hand, because the usual parsers let the last of a repeated parameter win.
 */
export async function readForm(request: Request): Promise<Form> {
  if (!hasMediaType(request, 'application/x-www-form-urlencoded')) {
    throw new Refusal('invalid_request', 'Send application/x-www-form-urlencoded in UTF-8.')
  }
  refuseInUrl(request)
  return parseForm(await readText(request, BODY_LIMIT))
}

export function parseForm(text: string): Form {
  const values = new Map<string, string[]>()
  for (const [name, value] of PLAIN.test(text) ? plainPairs(text) : pairsIn(text)) {
    // Bytes that are not UTF-8 decode to U+FFFD: two different texts must not become one.
    if (name.includes('\ufffd') || value.includes('\ufffd')) {
      throw new Refusal('invalid_request', 'The body is not UTF-8.')
    }
    refuseNearMiss(name)
    const known = values.get(name)
    if (known && !REPEATABLE.has(name)) {
      throw new Refusal('invalid_request', 'A parameter is repeated.')
    }
    const given = value === '' ? [] : [value]
    if (known) known.push(...given)
    else values.set(name, given)
  }
  return { all: (name) => values.get(name) ?? [], one: (name) => values.get(name)?.[0] }
}

/** Adds a leading `&`, because URLSearchParams drops a `?` at the start as a URL's. */
function pairsIn(text: string): URLSearchParams {
  return new URLSearchParams(`&${text}`)
}

/** Each asks for less than there is without it: a token's access, how long a replaced secret lives. */
const NARROWING = new Set(['scope', 'resource', 'audience', 'overlap'])
/** Nearly every request has these, spelt right. */
const USUAL = new Set([...NARROWING, 'grant_type', 'token', 'client_id', 'client_secret'])

/**
 * RFC 6749 §3.2 has a server ignore unknown parameters. A misspelt narrowing parameter is refused
 * instead: otherwise the client would get all that there is, and not know.
 */
function refuseNearMiss(name: string): void {
  if (USUAL.has(name)) return
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '')
    .replace(/s$/, '')
  if (!NARROWING.has(plain)) return
  throw new Refusal('invalid_request', `There is no such parameter: it is called ${plain}.`)
}

/** Text with nothing encoded, as in most token requests. */
const PLAIN = /^[\w.~=&-]*$/

function plainPairs(text: string): [string, string][] {
  const pairs = text.split('&').filter((pair) => pair !== '')
  return pairs.map((pair) => {
    const sign = pair.indexOf('=')
    return sign === -1 ? [pair, ''] : [pair.slice(0, sign), pair.slice(sign + 1)]
  })
}

export function required(form: Form, name: string): string {
  const value = form.one(name)
  if (value === undefined) throw new Refusal('invalid_request', `The parameter ${name} is missing.`)
  return value
}

const CREDENTIALS = ['client_secret', 'client_assertion', 'assertion', 'access_token', 'token']

/**
 * RFC 6749 §2.3.1: credentials must not be in the URI, where they end up in logs. Nothing else is
 * read there either (§3.2): ignoring a narrowing would give everything.
 */
function refuseInUrl(request: Request): void {
  if (!request.url.includes('?')) return
  const { searchParams } = new URL(request.url)
  if (CREDENTIALS.some((name) => searchParams.has(name))) {
    throw new Refusal(
      'invalid_request',
      'Credentials belong in the header or body, never in the URL.',
    )
  }
  for (const name of searchParams.keys()) {
    refuseNearMiss(name)
    if (!NARROWING.has(name) && name !== 'grant_type') continue
    throw new Refusal('invalid_request', `${name} belongs in the body, not in the URL.`)
  }
}
