import type { JsonAnswer, ReadJson } from '../domain/remote-keys.ts'
import { HOUR, MINUTE, type Seconds } from '../domain/time.ts'
import { bytesOf } from '../platform/read-body.ts'
import { withTimeout } from '../platform/with-timeout.ts'
import { outboundUrlProblem, type UrlRules } from './outbound-url.ts'

/** For the whole answer, its body included. */
export const READ_TIMEOUT_MS = 5000
const READ_BYTES_MAX = 65_536

const FRESH = { least: MINUTE, most: HOUR, unless: 5 * MINUTE }
const JSON_TYPE = /^application\/(?:[a-z0-9.-]+\+)?json$/

/**
 * Reads JSON from a URL that others chose: the keys or the metadata of somebody else. This is what
 * server-side request forgery goes through (Keycloak CVE-2026-1180), so a redirect is followed
 * nowhere, and nothing of an answer reaches the caller or the log. A public name may still resolve to
 * a private address; the compatibility flag global_fetch_strictly_public and Cloudflare's network,
 * from which none can be reached, are the defence against that.
 */
export function jsonReader(rules: UrlRules, timeout: number = READ_TIMEOUT_MS): ReadJson {
  return async (url) => {
    const problem = outboundUrlProblem(url, rules)
    if (problem !== null) throw new Error(`its URL ${problem}`)
    const stop = new AbortController()
    try {
      return await withTimeout(timeout, answerFrom(url, stop.signal))
    } finally {
      stop.abort()
    }
  }
}

async function answerFrom(url: string, signal: AbortSignal): Promise<JsonAnswer> {
  const response = await fetch(url, {
    headers: { Accept: 'application/json, application/jwk-set+json' },
    redirect: 'manual',
    cache: 'no-store',
    signal,
  })
  const problem = problemOf(response)
  if (problem !== null) {
    // Not awaited: an endless body must not hold anything up.
    response.body?.cancel().catch(() => undefined)
    throw new Error(problem)
  }
  const json = parsed(await bytesOf(response, READ_BYTES_MAX, signal))
  return { json, freshFor: freshnessOf(response.headers.get('Cache-Control')) }
}

function problemOf({ status, headers }: Response): string | null {
  if (status !== 200) return `it answered with status ${status}`
  const [type = ''] = (headers.get('Content-Type') ?? '').split(';')
  return JSON_TYPE.test(type.trim().toLowerCase()) ? null : 'its Content-Type is not JSON'
}

/** With a message of ours and no cause: JSON.parse quotes what it could not parse. */
function parsed(bytes: Uint8Array): unknown {
  const json = jsonIn(bytes)
  if (json === undefined) throw new Error('its body is not JSON')
  return json
}

function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}

/** RFC 9111 §5.2.2, between bounds of ours: a key that is withdrawn must be noticed. */
function freshnessOf(cacheControl: string | null): Seconds {
  if (/\bno-(?:store|cache)\b/i.test(cacheControl ?? '')) return FRESH.least
  const maxAge = /(?:^|[\s,])max-age="?(\d+)/i.exec(cacheControl ?? '')?.[1]
  const wanted = maxAge === undefined ? FRESH.unless : Number(maxAge)
  return Math.min(Math.max(wanted, FRESH.least), FRESH.most)
}
