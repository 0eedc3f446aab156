import type { FailureLimit } from '../domain/ports.ts'
import { MINUTE, type Seconds } from '../domain/time.ts'

export type FailureLimits = {
  /** Failed authentications a minute for one client from one address. */
  perClient: number
  /** Failed authentications a minute from one address. */
  perAddress: number
}

type Window = { endsAt: Seconds; count: number }

// Enough for every address that fails within a minute in one isolate; past that the oldest go.
const WINDOWS_MAX = 20_000

/** Longer than any of ours: what a stranger sends does not fill the memory. */
const CLIENT_ID_MAX = 64

/**
 * Counts failed authentications in the isolate's memory: exact here, and no write anywhere, so that
 * an attacker causes none. A limit by client alone is left out on purpose: it would let a stranger
 * lock the client out.
 */
export function failureCounts(limits: FailureLimits): FailureLimit {
  const windows = new Map<string, Window>()
  const wait = (key: string, limit: number, now: Seconds) => {
    const window = windows.get(key)
    return window && window.count >= limit && window.endsAt > now ? window.endsAt - now : 0
  }
  return {
    wait(clientId, address, now) {
      const ofClient = wait(clientKey(clientId, address), limits.perClient, now)
      return Math.max(ofClient, wait(address, limits.perAddress, now))
    },
    record(clientId, address, now) {
      count(windows, clientKey(clientId, address), now)
      count(windows, address, now)
    },
  }
}

function clientKey(clientId: string, address: string): string {
  return `${address} ${clientId.length <= CLIENT_ID_MAX ? clientId : 'overlong'}`
}

function count(windows: Map<string, Window>, key: string, now: Seconds): void {
  const window = windows.get(key)
  if (window && window.endsAt > now) {
    window.count++
    return
  }
  // Deleted first, so that a Map's order is that of the windows' ends.
  windows.delete(key)
  windows.set(key, { endsAt: now + MINUTE, count: 1 })
  for (const [oldest, { endsAt }] of windows) {
    if (endsAt > now && windows.size <= WINDOWS_MAX) break
    windows.delete(oldest)
  }
}
