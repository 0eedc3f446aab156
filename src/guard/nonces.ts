import { base64urlOfBytes } from '../platform/base64.ts'
import { boundedMap } from '../platform/bounded-map.ts'
import { isSameText } from '../platform/same-text.ts'
import type { ApiSettings } from './options.ts'

/** Seconds for which a nonce is given out; it is accepted as long again. */
const STEP = 120

const HMAC = { name: 'HMAC', hash: 'SHA-256' }

/** Makes the nonce of a step of time: every isolate makes the same one, and nothing is stored. */
export function nonceMaker(secret: string): (step: number) => Promise<string> {
  const known = boundedMap<string>(2)
  return async (step) => {
    const made = known.get(`${step}`)
    if (made !== undefined) return made
    const utf8 = new TextEncoder()
    const key = await crypto.subtle.importKey('raw', utf8.encode(secret), HMAC, false, ['sign'])
    const digest = await crypto.subtle.sign('HMAC', key, utf8.encode(`dpop-nonce ${step}`))
    const nonce = base64urlOfBytes(new Uint8Array(digest))
    known.set(`${step}`, nonce)
    return nonce
  }
}

/** The nonce for a client's next proofs (RFC 9449 §9); null where none is asked for. */
export async function nonceNow({ dpop, now }: ApiSettings): Promise<string | null> {
  return dpop.nonce && dpop.nonce(stepAt(now()))
}

/** Whether a proof has the current nonce or the one before; any will do where none is asked for. */
export async function isFreshNonce(
  nonce: string | null,
  { dpop, now }: ApiSettings,
): Promise<boolean> {
  if (!dpop.nonce) return true
  const step = stepAt(now())
  const [current, previous] = [await dpop.nonce(step), await dpop.nonce(step - 1)]
  return nonce !== null && (isSameText(nonce, current) || isSameText(nonce, previous))
}

function stepAt(now: number): number {
  return Math.floor(now / STEP)
}
