import type { Nonces } from '../domain/dpop.ts'
import type { Seconds } from '../domain/time.ts'
import { base64urlOfBytes } from '../platform/base64.ts'
import { boundedMap } from '../platform/bounded-map.ts'
import { isSameText } from '../platform/same-text.ts'

/** Seconds for which a nonce is given out; it is accepted as long again. */
const STEP = 120

const HMAC = { name: 'HMAC', hash: 'SHA-256' }

/** Every isolate makes the same nonce for the same step of time, and nothing is stored. */
export function noncesFrom(secret: string): Nonces {
  const known = boundedMap<string>(2)
  const at = async (step: number) => {
    const made = known.get(`${step}`)
    if (made !== undefined) return made
    const utf8 = new TextEncoder()
    const key = await crypto.subtle.importKey('raw', utf8.encode(secret), HMAC, false, ['sign'])
    const digest = await crypto.subtle.sign('HMAC', key, utf8.encode(`dpop-nonce ${step}`))
    const nonce = base64urlOfBytes(new Uint8Array(digest))
    known.set(`${step}`, nonce)
    return nonce
  }
  return {
    current: (now) => at(stepAt(now)),
    async isFresh(nonce, now) {
      const [current, previous] = [await at(stepAt(now)), await at(stepAt(now) - 1)]
      return nonce !== null && (isSameText(nonce, current) || isSameText(nonce, previous))
    },
  }
}

function stepAt(now: Seconds): number {
  return Math.floor(now / STEP)
}
