import type { KeySource, ParseKeySet, ReadJson, ReadKeySet } from '../domain/remote-keys.ts'
import type { Seconds } from '../domain/time.ts'
import { withTimeout } from '../platform/with-timeout.ts'
import { READ_TIMEOUT_MS } from './read-json.ts'

export type ReadKeySetBy = { readJson: ReadJson; parseKeySet: ParseKeySet }

/**
 * Reads a key set from its publisher, the metadata that names it included.
 * @throws Error that says what went wrong, for the log
 */
export function readKeySet(by: ReadKeySetBy, source: KeySource, now: Seconds): Promise<ReadKeySet> {
  return withTimeout(READ_TIMEOUT_MS, inTwoSteps(by, source, now))
}

async function inTwoSteps(
  { readJson, parseKeySet }: ReadKeySetBy,
  source: KeySource,
  now: Seconds,
): Promise<ReadKeySet> {
  const named =
    'issuer' in source
      ? await keySetOf(readJson, source.issuer)
      : { url: source.jwksUri, freshFor: Infinity }
  const { json, freshFor } = await readJson(named.url)
  const keys = await parseKeySet(json)
  if (typeof keys === 'string') throw new Error(keys)
  return { keys, readAt: now, freshUntil: now + Math.min(freshFor, named.freshFor) }
}

/**
 * OpenID Connect Discovery §4.1, §4.3: metadata counts only if it is the issuer's own, compared as
 * text. Anybody could serve that of another.
 */
async function keySetOf(readJson: ReadJson, issuer: string) {
  // In a query, the path of the metadata would be part of it.
  if (issuer.includes('?')) throw new Error('its issuer has a query')
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const { json, freshFor } = await readJson(url)
  const metadata = (json ?? {}) as Record<string, unknown>
  if (metadata['issuer'] !== issuer) throw new Error('its metadata is that of another issuer')
  const keySet = metadata['jwks_uri']
  if (typeof keySet !== 'string') throw new Error('its metadata has no jwks_uri')
  return { url: keySet, freshFor }
}
