import { Refusal } from '../../domain/errors.ts'
import { hasMediaType, readText } from '../../web/body.ts'

const BODY_LIMIT = 16 * 1024
const REPEATABLE = 'resource'

/** The parameters of an OAuth request: each once, `resource` as often as it was sent. */
export type Form = { one(name: string): string | undefined; all(name: string): string[] }

/**
 * Reads a form by RFC 6749 §3.2: a parameter without a value is omitted, a repeated one refused.
 * By hand, because the usual parsers let the last of a repeated parameter win.
 */
export async function readForm(request: Request): Promise<Form> {
  if (!hasMediaType(request, 'application/x-www-form-urlencoded')) {
    throw new Refusal('invalid_request', 'Send application/x-www-form-urlencoded in UTF-8.')
  }
  refuseCredentialsInUrl(request)
  return parseForm(await readText(request, BODY_LIMIT))
}

export function parseForm(text: string): Form {
  const values = new Map<string, string[]>()
  for (const [name, value] of PLAIN.test(text) ? plainPairs(text) : new URLSearchParams(text)) {
    // What is no UTF-8 decodes to U+FFFD: two different texts must not become one.
    if (name.includes('\ufffd') || value.includes('\ufffd')) {
      throw new Refusal('invalid_request', 'The body is not UTF-8.')
    }
    const known = values.get(name)
    if (known && name !== REPEATABLE) {
      throw new Refusal('invalid_request', 'A parameter is repeated.')
    }
    if (known) known.push(value)
    else values.set(name, [value])
  }
  const all = (name: string) => (values.get(name) ?? []).filter((value) => value !== '')
  return { all, one: (name) => all(name)[0] }
}

/** Text in which nothing is encoded, as that of most token requests. */
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

/** RFC 6749 §2.3.1: credentials must not be in the URI, where they end up in logs. */
function refuseCredentialsInUrl(request: Request): void {
  if (!request.url.includes('?')) return
  const { searchParams } = new URL(request.url)
  const forbidden = ['client_secret', 'client_assertion', 'access_token', 'token']
  if (!forbidden.some((name) => searchParams.has(name))) return
  throw new Refusal(
    'invalid_request',
    'Credentials belong in the header or body, never in the URL.',
  )
}
