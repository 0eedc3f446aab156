import { boundedMap } from '../platform/bounded-map.ts'
import type { RefusalLog, RefusedRequest } from '../domain/refusal-log.ts'
import { isRecent, MINUTE, type Seconds } from '../domain/time.ts'
import { logWarning } from './log.ts'

type Window = { begunAt: Seconds; count: number }

const WINDOWS_MAX = 2000
/** The number of lines per minute that unproven callers may cause. */
const STRANGERS_LINES_MAX = 200

/**
 * Counts in the isolate's memory. Logs the first of equal refusals within a minute, then the tenth,
 * the hundredth and so on. Strangers can make up clients and use many addresses: after a number of
 * lines about them, all their refusals with the same reason count as equal. Proven callers are not
 * affected by that.
 */
export function boundedRefusalLog(log: typeof logWarning = logWarning): RefusalLog {
  const windows = boundedMap<Window>(WINDOWS_MAX)
  let strangers: Window = { begunAt: 0, count: 0 }
  return {
    note(refused, now) {
      if (!isRecent(strangers.begunAt, MINUTE, now)) strangers = { begunAt: now, count: 0 }
      const isCrowd = !refused.isProven && strangers.count >= STRANGERS_LINES_MAX
      const { endpoint, reason, detail, address, clientId } = refused
      const who = isCrowd ? [] : [detail, address, clientId, refused.isProven]
      const count = counted(JSON.stringify([endpoint, reason, ...who]), now)
      if (!isPowerOfTen(count)) return
      if (!refused.isProven) strangers.count++
      log(lineOf(refused, count))
    },
  }

  function counted(key: string, now: Seconds): number {
    const known = windows.get(key)
    if (known && isRecent(known.begunAt, MINUTE, now)) return ++known.count
    windows.set(key, { begunAt: now, count: 1 })
    return 1
  }
}

/** JSON leaves out what is undefined. */
function lineOf(refused: RefusedRequest, count: number) {
  const { endpoint, status, reason, detail, method, clientId, isProven, address } = refused
  return {
    event: 'refused',
    endpoint,
    status,
    reason,
    detail,
    client_id: clientId,
    proven: isProven,
    method,
    address,
    request_id: refused.requestId,
    count,
  }
}

function isPowerOfTen(count: number): boolean {
  return Number.isInteger(Math.log10(count))
}
