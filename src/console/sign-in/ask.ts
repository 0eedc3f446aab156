import { createLocalJWKSet, type JSONWebKeySet } from 'jose'
import { Unavailable } from '../../domain/errors.ts'
import type { Seconds } from '../../domain/time.ts'
import { sharedFetch } from '../../outbound/shared-fetch.ts'

const TIMEOUT_MS = 5000

/** The least time before anything is fetched again for what it lacks, or after a failure. */
const COOLDOWN: Seconds = 30
const RETRY_AFTER: Seconds = 5

/** An answer from outside; the body is undefined if it is not JSON. */
export type Answer = { status: number; body: unknown }

/**
 * Asks a service that vouches for people. Follows no redirect: what is sent goes nowhere else.
 * @throws Unavailable when nothing whole comes back in time
 */
export async function ask(what: string, url: string, init: RequestInit = {}): Promise<Answer> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const response = await fetch(url, { ...init, redirect: 'manual', signal })
    return { status: response.status, body: parsed(await response.text()) }
  } catch (error) {
    // Refused, reset, timed out, cut short: no one gets in because of it.
    if (!(error instanceof Error)) throw error
    throw new Unavailable('identity_provider', `${what} (${error.message.slice(0, 100)})`)
  }
}

/** @throws Unavailable when there is no key set */
export async function askForKeys(what: string, url: string): Promise<JSONWebKeySet> {
  const { status, body } = await ask(what, url)
  if (status !== 200) throw new Unavailable('identity_provider', `${what} (status ${status})`)
  try {
    const keys = body as JSONWebKeySet
    createLocalJWKSet(keys)
    return keys
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new Unavailable('identity_provider', `${what} (${error.message})`)
  }
}

/**
 * Asks once for many sign-ins, so that junk causes no flood of questions. `what` is for the log.
 * @throws Unavailable when it is too old, or lacks what `suits` looks for, and cannot be had anew
 */
export function sharedAsk<T>(maxAge: Seconds) {
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

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
