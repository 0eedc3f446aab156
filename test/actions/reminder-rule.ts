import { DAY, type Seconds } from '../../src/domain/time.ts'
import type { Client } from '../support/server.ts'

export type KnownSecret = {
  secretId: string
  hint: string
  expiresAt: Seconds
  retiresAt: Seconds | null
  remind: boolean
}
export type KnownClient = {
  client: Client
  isSuspended: boolean
  secrets: KnownSecret[]
  contacts: string[]
}

/** The rule once more, in the words of the promise and not of the code that keeps it. */
export function dueSecret(
  { isSuspended, secrets }: KnownClient,
  now: Seconds,
  days: number[],
): { secretId: string; at: number } | null {
  const newest = secrets.findLast(({ retiresAt }) => retiresAt === null || retiresAt > now)
  if (!newest || isSuspended || !newest.remind || newest.retiresAt !== null) return null
  const { secretId, expiresAt } = newest
  const left = Math.floor(expiresAt / DAY) - Math.floor(now / DAY)
  if (now >= expiresAt) {
    const isTold = days.includes(0) && left < 0 && now < expiresAt + 7 * DAY
    return isTold ? { secretId, at: 0 } : null
  }
  const passed = days.filter((day) => day > 0 && left <= day)
  return passed.length > 0 ? { secretId, at: Math.min(...passed) } : null
}
