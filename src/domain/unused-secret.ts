import type { Client } from './client.ts'
import { isLive, isRetiring, type Secret } from './secret.ts'
import { WrongSetting } from './setting.ts'
import { DAY, type Seconds } from './time.ts'

/** How long before its end people are told that a secret is not used. */
export const UNUSED_NOTICE: Seconds = 7 * DAY

const DAYS_MAX = 3650

/** @throws WrongSetting */
export function readUnusedDays(as: string, days: number | undefined): number | null {
  if (days === undefined) return null
  const least = UNUSED_NOTICE / DAY + 1
  if (Number.isInteger(days) && days >= least && days <= DAYS_MAX) return days
  const message = `${as} must be a whole number of days from ${least} to ${DAYS_MAX}`
  throw new WrongSetting('UNUSED_SECRET_DAYS', message)
}

/** Since when a secret is not used: its creation, if it never was. */
export function unusedSince({
  createdAt,
  lastUsedAt,
}: Pick<Secret, 'createdAt' | 'lastUsedAt'>): Seconds {
  return Math.max(createdAt, lastUsedAt ?? 0)
}

/** The earliest time at which it is ended, if people are told now. */
export function unusedEnd(
  secret: Pick<Secret, 'createdAt' | 'lastUsedAt'>,
  now: Seconds,
  days: number,
): Seconds {
  return Math.max(unusedSince(secret) + days * DAY, now + UNUSED_NOTICE)
}

/** Whether it may be ended now, once people were told. A suspended client could not use its secrets. */
export function isUnused(
  secret: Secret,
  { suspension }: Pick<Client, 'suspension'>,
  now: Seconds,
  days: number,
): boolean {
  if (suspension || !isLive(secret, now) || isRetiring(secret)) return false
  return unusedSince(secret) <= now - days * DAY
}

/** A place in a walk through all credentials. */
export type UnusedPosition = number

/** Secrets to be ended, and how far the walk got; null: through. */
export type UnusedFound = {
  due: { at: UnusedPosition; clientId: string; secretId: string }[]
  next: UnusedPosition | null
}

export interface UnusedSecrets {
  /**
   * Plans the notices of a portion of secrets that are not used, and returns those that are to be
   * ended: people were told long enough ago.
   */
  look(
    now: Seconds,
    days: number,
    after: UnusedPosition,
    limits: { secrets: number; due: number },
  ): Promise<UnusedFound>
}
