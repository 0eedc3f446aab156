import { createLocalJWKSet, type JSONWebKeySet } from 'jose'
import { allowInsecureRequests, customFetch, type CustomFetchOptions } from 'oauth4webapi'
import { Unavailable } from '../../domain/errors.ts'
import type { Seconds } from '../../domain/time.ts'
import { sharedFetch } from '../../outbound/shared-fetch.ts'

const TIMEOUT_MS = 5000

/** The minimum time before another fetch: for something that is missing, and after a failure. */
const COOLDOWN: Seconds = 30
const RETRY_AFTER: Seconds = 5

/** Replaces the headers: oauth4webapi accepts unsigned JWTs, and a challenge hides the error. */
const JSON_ALONE = { 'Content-Type': 'application/json' }

/**
 * Fetches from an identity provider. Follows no redirect, so that secrets reach no other host.
 * @throws Unavailable if no complete response arrives in time
 */
async function fetchProvider(what: string, url: string, init: RequestInit = {}): Promise<Response> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const response = await fetch(url, { ...init, redirect: 'manual', signal })
    const text = await response.text()
    // A Response with status 204 does not accept an empty text.
    return new Response(text === '' ? null : text, { status: response.status, headers: JSON_ALONE })
  } catch (error) {
    // Refused, reset, timed out or cut short: the sign-in fails.
    if (!(error instanceof Error)) throw error
    throw new Unavailable('identity_provider', `${what} (${error.message.slice(0, 100)})`)
  }
}

type LibraryOptions = CustomFetchOptions<string, URLSearchParams | undefined>

/** Lets oauth4webapi fetch in the same way. `readOidc` allows http only for a local issuer. */
export function fetchOptions(what: string, issuer: string) {
  return {
    [customFetch]: (url: string, { method, headers, body }: LibraryOptions) =>
      fetchProvider(what, url, { method, headers, body: body ?? null }),
    [allowInsecureRequests]: issuer.startsWith('http:'),
  }
}

/** @throws Unavailable if there is no key set */
export async function fetchKeys(what: string, url: string): Promise<JSONWebKeySet> {
  const response = await fetchProvider(what, url)
  const { status } = response
  if (status !== 200) throw new Unavailable('identity_provider', `${what} (status ${status})`)
  try {
    const keys: JSONWebKeySet = await response.json()
    createLocalJWKSet(keys)
    return keys
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new Unavailable('identity_provider', `${what} (not a key set)`)
  }
}

/**
 * Fetches once for many sign-ins, so that invalid ones do not flood the provider. `what` is for the
 * log.
 * @throws Unavailable if the cached value is too old or unsuitable, and a new one cannot be fetched
 */
export function sharedProviderFetch<T>(maxAge: Seconds) {
  const shared = sharedFetch<T>({
    maxAge,
    cooldown: ({ problem }) => (problem ? RETRY_AFTER : COOLDOWN),
  })
  return async (what: string, ...how: Parameters<typeof shared>): Promise<T> => {
    const { value, problem } = await shared(...how)
    if (value !== null && !problem) return value
    if (problem instanceof Unavailable) throw problem
    throw new Unavailable('identity_provider', `${what} (${problem?.message})`)
  }
}
