import type { Address } from '../../domain/credential.ts'
import type { Attempt, FailureCounts, FailureLimit } from '../../domain/failure-limit.ts'
import { isRecent, MINUTE, type Seconds } from '../../domain/time.ts'

export type FailureLimits = {
  /** Failed authentications a minute of one client with one secret from one address. */
  perClient: number
  /** Failed authentications a minute from one address. */
  perAddress: number
}

export const FAILURE_LIMITS: FailureLimits = { perClient: 100, perAddress: 1000 }

// How many more lookups an address may cause than failures. A secret that has not failed may be
// right, so refusing it without a lookup is reserved for floods, which do not happen by accident.
const LOOKED_UP = 10

/** Each kind has a memory of its own. */
export function failureCounts({ perClient, perAddress }: FailureLimits): FailureCounts {
  const ofPeople = { perSecret: perClient, perAddress: perClient, different: perClient }
  const ofClients = { perSecret: perClient, perAddress, different: LOOKED_UP * perAddress }
  return {
    failures: failureCount(ofClients),
    guesses: failureCount(ofPeople),
    // Counted without their secrets: so many of one client, whatever it sends.
    hashChecks: failureCount(ofClients),
    signInFailures: failureCount(ofPeople),
  }
}

/** The limits for one address per minute. */
export type FailureCaps = {
  /** Failures with one secret: above it, the secret is no longer looked up. */
  perSecret: number
  /**
   * Failures in all: above it, a failing caller has to wait, and secrets that cannot be right are
   * ignored.
   */
  perAddress: number
  /** Different secrets that failed: above it, nothing is looked up. */
  different: number
}

type Window = {
  begunAt: Seconds
  failures: number
  different: number
  /** The failures of each secret; one for which there is no room counts as different each time. */
  bySecret: Map<string, number>
}

// Enough for every address that fails within a minute in one isolate; beyond it the oldest are
// dropped.
const ADDRESSES_MAX = 20_000
const SECRETS_MAX = 20_000
const SECRETS_OF_ADDRESS_MAX = 1_000

/**
 * Counts in the isolate's memory: an attacker causes no writes. There is deliberately no limit by
 * name alone: it would let a stranger lock the owner out.
 */
export function failureCount(caps: FailureCaps): FailureLimit {
  const windows = windowsByAddress()
  const isUnheard = async (window: Window, attempt: Attempt) =>
    window.different >= caps.different ||
    (attempt.secret === null && window.failures >= caps.perAddress) ||
    (window.bySecret.get(await fingerprint(attempt)) ?? 0) >= caps.perSecret
  return {
    wait(attempt, now) {
      const window = windows.open(attempt.address, now)
      // The usual case: nothing is hashed on the way to a token.
      if (!window) return 0
      return isUnheard(window, attempt).then((unheard) => (unheard ? restOf(window, now) : 0))
    },

    async record(attempt, now) {
      const print = await fingerprint(attempt)
      const window = windows.open(attempt.address, now) ?? windows.begin(attempt.address, now)
      const failed = windows.count(window, print)
      // Checked again: of many concurrent attempts, each was admitted before one had failed.
      const isTooMuch = failed > caps.perSecret || window.failures > caps.perAddress
      return isTooMuch ? restOf(window, now) : 0
    },
  }
}

function restOf({ begunAt }: Window, now: Seconds): Seconds {
  return begunAt + MINUTE - now
}

/**
 * All fingerprints have one length, and nothing that was sent stays in memory: it may be a secret
 * from elsewhere.
 */
async function fingerprint({ name, secret }: Attempt): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify([name, secret]))
  return String.fromCharCode(...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}

function windowsByAddress() {
  const windows = new Map<Address, Window>()
  let secrets = 0

  function drop(address: Address): void {
    secrets -= windows.get(address)?.bySecret.size ?? 0
    windows.delete(address)
  }

  /** Removes the oldest windows first: a Map's order is that in which the windows began. */
  function makeRoom(now: Seconds): void {
    for (const [oldest, { begunAt }] of windows) {
      const isOpen = isRecent(begunAt, MINUTE, now)
      if (isOpen && windows.size < ADDRESSES_MAX && secrets < SECRETS_MAX) return
      drop(oldest)
    }
  }

  return {
    open(address: Address, now: Seconds): Window | undefined {
      const window = windows.get(address)
      return window && isRecent(window.begunAt, MINUTE, now) ? window : undefined
    },

    begin(address: Address, now: Seconds): Window {
      drop(address)
      makeRoom(now)
      const window = { begunAt: now, failures: 0, different: 0, bySecret: new Map() }
      windows.set(address, window)
      return window
    },

    /** How often this secret has failed, including now. */
    count(window: Window, print: string): number {
      window.failures++
      const failed = window.bySecret.get(print) ?? 0
      if (failed === 0) {
        window.different++
        if (window.bySecret.size >= SECRETS_OF_ADDRESS_MAX || secrets >= SECRETS_MAX) return 1
        secrets++
      }
      window.bySecret.set(print, failed + 1)
      return failed + 1
    },
  }
}
