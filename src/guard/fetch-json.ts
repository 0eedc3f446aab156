import type { Introspector } from './options.ts'

const TIMEOUT_MS = 5000

/** A JSON answer with status 200; null for any other, or if none comes. */
export async function fetchJson(
  fetcher: Introspector,
  url: string,
  init: RequestInit = {},
): Promise<Record<string, unknown> | null> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const response = await fetcher.fetch(url, { ...init, signal, redirect: 'manual' })
    // Awaited here, because a body that is cut short or not JSON fails only when it is read.
    if (response.status === 200) return await response.json<Record<string, unknown>>()
    await response.body?.cancel()
    // A 401 means the API's own credentials are wrong, not an outage: the person on call must know.
    // oxlint-disable-next-line no-console -- the platform's log is where a Worker tells what failed
    console.error(
      JSON.stringify({ level: 'error', guard: 'no answer', url, status: response.status }),
    )
    return null
  } catch (error) {
    // Any network failure: refused, reset, timed out, cut short. Nothing passes because of it.
    if (error instanceof Error) return null
    throw error
  }
}
