import { isScheduled, type SigningKey, stateOf } from '../../domain/signing-key.ts'
import type { Seconds } from '../../domain/time.ts'
import { minuteInUtc } from '../kit/words.ts'

/** Says when a new key signs; null if it does not any more. */
export function newKeyInWords(keys: SigningKey[], id: string, now: Seconds): string | null {
  const key = keys.find(({ kid }) => kid === id)
  const name = `Signing key ${id}`
  if (!key || !isScheduled(key, now)) return null
  const state = stateOf(key, keys, now)
  if (state === 'active') return `${name} signs now, and another is published.`
  if (state !== 'standby') return null
  return `${name} signs from ${minuteInUtc(key.activatesAt)}, and another is published.`
}

/** Says which tokens a revocation ended; null if the key is not revoked. */
export function revokedKeyInWords(keys: SigningKey[], id: string): string | null {
  const key = keys.find(({ kid }) => kid === id)
  if (!key?.revokedAt) return null
  const signedNothing = key.activatesAt > key.revokedAt
  const also = signedNothing ? '. It had signed nothing.' : ', and all tokens it signed.'
  return `Revoked signing key ${id}${also}`
}
