import type { Introspector } from './options.ts'

const TIMEOUT_MS = 5000

/** A JSON answer with status 200; null for any other, and where none comes. */
export async function fetchJson(
  fetcher: Introspector,
  url: string,
  init: RequestInit = {},
): Promise<Record<string, unknown> | null> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const response = await fetcher.fetch(url, { ...init, signal, redirect: 'manual' })
    // Awaited here, because a body that is cut short or no JSON fails only when it is read.
    if (response.status === 200) return await response.json<Record<string, unknown>>()
    await response.body?.cancel()
    // 401 is no outage but the API's own credentials: whoever is called at night wants to know.
    // oxlint-disable-next-line no-console -- the platform's log is where a Worker tells what failed
    console.error(
      JSON.stringify({ level: 'error', guard: 'no answer', url, status: response.status }),
    )
    return null
  } catch (error) {
    // Whatever a network does: refused, reset, timed out, cut short. Nothing passes because of it.
    if (error instanceof Error) return null
    throw error
  }
}
