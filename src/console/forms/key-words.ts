import { isScheduled, type SigningKey, stateOf } from '../../domain/signing-key.ts'
import type { Seconds } from '../../domain/time.ts'
import { minuteInUtc } from '../kit/words.ts'

/** What became of a new key; null if that is not true any more. */
export function newKeyInWords(keys: SigningKey[], id: string, now: Seconds): string | null {
  const key = keys.find(({ kid }) => kid === id)
  const name = `Signing key ${id}`
  if (!key || !isScheduled(key, now)) return null
  const state = stateOf(key, keys, now)
  if (state === 'active') return `${name} signs now, and another is published.`
  if (state !== 'standby') return null
  return `${name} signs from ${minuteInUtc(key.activatesAt)}, and another is published.`
}

/** What a revocation ended; null if there was none. */
export function revokedKeyInWords(keys: SigningKey[], id: string): string | null {
  const key = keys.find(({ kid }) => kid === id)
  if (!key?.revokedAt) return null
  const signedNothing = key.activatesAt > key.revokedAt
  const also = signedNothing ? '. It had signed nothing.' : ', and all tokens it signed.'
  return `Revoked signing key ${id}${also}`
}
