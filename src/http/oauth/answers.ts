import { JWKS_MAX_AGE } from '../../domain/signing-key.ts'

const JSON_TYPE = { 'Content-Type': 'application/json' }
const NOSNIFF = { 'X-Content-Type-Options': 'nosniff' }

/** RFC 6749 §5.1: what holds tokens or secrets is kept by no cache. */
const UNSTORED = { 'Cache-Control': 'no-store', Pragma: 'no-cache', ...NOSNIFF }

// Made once: a Response copies Headers faster than it reads an object.
const OK = { headers: new Headers({ ...JSON_TYPE, ...UNSTORED }) }
const EMPTY = { headers: new Headers(UNSTORED) }
const PUBLIC = {
  headers: new Headers({
    ...JSON_TYPE,
    'Cache-Control': `public, max-age=${JWKS_MAX_AGE}`,
    'Access-Control-Allow-Origin': '*',
    ...NOSNIFF,
  }),
}

/** JSON that no cache keeps. */
export function unstored(
  body: object,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  const init = status === 200 ? OK : { status, headers: { ...JSON_TYPE, ...UNSTORED, ...headers } }
  return new Response(JSON.stringify(body), init)
}

/** Done, with nothing to say. */
export function done(): Response {
  return new Response(null, EMPTY)
}

/** JSON that everyone may read and keep for five minutes. */
export function cacheable(body: object): Response {
  return new Response(JSON.stringify(body), PUBLIC)
}
