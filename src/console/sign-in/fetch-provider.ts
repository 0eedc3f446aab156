import { createLocalJWKSet, type JSONWebKeySet } from 'jose'
import { allowInsecureRequests, customFetch, type CustomFetchOptions } from 'oauth4webapi'
import { Unavailable } from '../../domain/errors.ts'
import type { Seconds } from '../../domain/time.ts'
import { sharedFetch } from '../../outbound/shared-fetch.ts'

const TIMEOUT_MS = 5000

/** The least time before anything is fetched again for what it lacks, or after a failure. */
const COOLDOWN: Seconds = 30
const RETRY_AFTER: Seconds = 5

/** Not a JWT, whose claims oauth4webapi would take unsigned, nor a challenge, which hides the error. */
const JSON_ALONE = { 'Content-Type': 'application/json' }

/**
 * Asks a service that vouches for people. Follows no redirect: what is sent goes nowhere else.
 * @throws Unavailable when nothing whole comes back in time
 */
export async function fetchProvider(
  what: string,
  url: string,
  init: RequestInit = {},
): Promise<Response> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const response = await fetch(url, { ...init, redirect: 'manual', signal })
    const text = await response.text()
    // A status without a body (204) would not take an empty text.
    return new Response(text === '' ? null : text, { status: response.status, headers: JSON_ALONE })
  } catch (error) {
    // Refused, reset, timed out, cut short: no one gets in because of it.
    if (!(error instanceof Error)) throw error
    throw new Unavailable('identity_provider', `${what} (${error.message.slice(0, 100)})`)
  }
}

type LibraryOptions = CustomFetchOptions<string, URLSearchParams | undefined>

/** Lets oauth4webapi fetch in the same way. Only an issuer on this machine has http (`readOidc`). */
export function fetchOptions(what: string, issuer: string) {
  return {
    [customFetch]: (url: string, { method, headers, body }: LibraryOptions) =>
      fetchProvider(what, url, { method, headers, body: body ?? null }),
    [allowInsecureRequests]: issuer.startsWith('http:'),
  }
}

/** @throws Unavailable when there is no key set */
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
 * Asks once for many sign-ins, so that junk causes no flood of questions. `what` is for the log.
 * @throws Unavailable when it is too old, or lacks what `suits` looks for, and cannot be had anew
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
