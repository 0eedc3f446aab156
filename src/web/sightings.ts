import { boundedMap } from '../platform/bounded-map.ts'
import type { Sighting, Sightings } from '../domain/sightings.ts'
import { MINUTE, type Seconds } from '../domain/time.ts'
import { logWarning } from './log.ts'

type Window = { endsAt: Seconds; count: number }

const WINDOWS_MAX = 2000

/**
 * Counts in the isolate's memory. For one kind, client, reason and address, logs the first within a minute,
 * then the tenth, the hundredth and so on, so that an attacker cannot fill the log.
 */
export function loggedSightings(log: typeof logWarning = logWarning): Sightings {
  const windows = boundedMap<Window>(WINDOWS_MAX)
  return {
    note(sighting, now) {
      const count = counted(sighting, now)
      if (isPowerOfTen(count)) log(lineOf(sighting, count))
    },
  }

  function counted({ event, address, clientId, reason }: Sighting, now: Seconds): number {
    const key = JSON.stringify([event, address, clientId, reason])
    const known = windows.get(key)
    if (known && known.endsAt > now) return ++known.count
    windows.set(key, { endsAt: now + MINUTE, count: 1 })
    return 1
  }
}

function lineOf({ event, address, clientId, reason }: Sighting, count: number) {
  const who = clientId === undefined ? {} : { client_id: clientId }
  return { event, ...who, ...(reason === undefined ? {} : { reason }), address, count }
}

function isPowerOfTen(count: number): boolean {
  return Number.isInteger(Math.log10(count))
}
