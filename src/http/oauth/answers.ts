import type { StatusCode } from 'hono/utils/http-status'
import { JWKS_MAX_AGE } from '../../domain/signing-key.ts'

/** An endpoint's response. Many share one `headers` object: never change it. */
export type Answer = { status: StatusCode; body: string | null; headers: Headers }

const NOSNIFF = { 'X-Content-Type-Options': 'nosniff' }
const JSON_TYPE = { 'Content-Type': 'application/json' }

/** RFC 6749 §5.1: no cache keeps an answer with tokens or secrets. */
const UNSTORED = { 'Cache-Control': 'no-store', Pragma: 'no-cache', ...NOSNIFF }
// Made once, because each answer would otherwise read the record into headers anew.
const UNSTORED_JSON = new Headers({ ...JSON_TYPE, ...UNSTORED })
const PUBLIC_JSON = new Headers({
  ...JSON_TYPE,
  'Cache-Control': `public, max-age=${JWKS_MAX_AGE}`,
  'Access-Control-Allow-Origin': '*',
  ...NOSNIFF,
})

/** JSON that no cache keeps. */
export function unstored(
  body: object,
  status: StatusCode = 200,
  headers?: Record<string, string>,
): Answer {
  const all = headers ? new Headers({ ...JSON_TYPE, ...UNSTORED, ...headers }) : UNSTORED_JSON
  return { status, body: JSON.stringify(body), headers: all }
}

/** Done, with nothing to say. */
export const DONE: Answer = { status: 200, body: null, headers: new Headers(UNSTORED) }

/** JSON that everyone may read and keep for five minutes. */
export function cacheable(body: object): Answer {
  return { status: 200, body: JSON.stringify(body), headers: PUBLIC_JSON }
}
