import type { Address } from '../../domain/credential.ts'
import type { Attempt, FailureCounts, FailureLimit } from '../../domain/failure-limit.ts'
import { MINUTE, type Seconds } from '../../domain/time.ts'

export type FailureLimits = {
  /** Failed authentications a minute of one client with one secret from one address. */
  perClient: number
  /** Failed authentications a minute from one address. */
  perAddress: number
}

export const FAILURE_LIMITS: FailureLimits = { perClient: 100, perAddress: 1000 }

// How much more an address may have looked up than may fail there. A secret that has not failed may be the
// right one: to refuse it unseen is for floods, which nobody sends by accident.
const LOOKED_UP = 10

/** With the memory of each kind. */
export function failureCounts({ perClient, perAddress }: FailureLimits): FailureCounts {
  const ofPeople = { perSecret: perClient, perAddress: perClient, different: perClient }
  return {
    failures: failureCount({ perSecret: perClient, perAddress, different: LOOKED_UP * perAddress }),
    guesses: failureCount(ofPeople),
    signInFailures: failureCount(ofPeople),
  }
}

/** What is too much of an address within a minute. */
export type FailureCaps = {
  /** Failures by one secret: past them it is not looked at. */
  perSecret: number
  /** Failures in all: past them whoever fails has to wait, and what cannot be right is not looked at. */
  perAddress: number
  /** Different secrets that failed: past them nothing is looked at. */
  different: number
}

type Window = {
  endsAt: Seconds
  failures: number
  different: number
  /** How often each failed; one for which there is no room counts as different each time. */
  bySecret: Map<string, number>
}

// Enough for every address that fails within a minute in one isolate; past that the oldest go.
const ADDRESSES_MAX = 20_000
const SECRETS_MAX = 20_000
const SECRETS_OF_ADDRESS_MAX = 1_000

/**
 * Counts in the isolate's memory: no write anywhere, so that an attacker causes none. A limit by name alone
 * is left out on purpose: it would let a stranger lock its owner out.
 */
export function failureCount(caps: FailureCaps): FailureLimit {
  const windows = windowsByAddress()
  return {
    async wait(attempt, now) {
      const window = windows.open(attempt.address, now)
      // As almost always: nothing is hashed on the way to a token.
      if (!window) return 0
      const isUnheard =
        window.different >= caps.different ||
        (attempt.secret === null && window.failures >= caps.perAddress) ||
        (window.bySecret.get(await fingerprint(attempt)) ?? 0) >= caps.perSecret
      return isUnheard ? window.endsAt - now : 0
    },

    async record(attempt, now) {
      const print = await fingerprint(attempt)
      const window = windows.open(attempt.address, now) ?? windows.begin(attempt.address, now)
      const failed = windows.count(window, print)
      // Asked again here: of many attempts at once each was looked at before one had failed.
      const isTooMuch = failed > caps.perSecret || window.failures > caps.perAddress
      return isTooMuch ? window.endsAt - now : 0
    },
  }
}

/** Of one length, and nothing that was sent stays in memory: it may be a secret of somewhere else. */
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

  /** The oldest, and one after the other: a Map's order is that of the windows' ends. */
  function makeRoom(now: Seconds): void {
    for (const [oldest, { endsAt }] of windows) {
      if (endsAt > now && windows.size < ADDRESSES_MAX && secrets < SECRETS_MAX) return
      drop(oldest)
    }
  }

  return {
    open(address: Address, now: Seconds): Window | undefined {
      const window = windows.get(address)
      return window && window.endsAt > now ? window : undefined
    },

    begin(address: Address, now: Seconds): Window {
      drop(address)
      makeRoom(now)
      const window = { endsAt: now + MINUTE, failures: 0, different: 0, bySecret: new Map() }
      windows.set(address, window)
      return window
    },

    /** How often this secret failed, this time included. */
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
