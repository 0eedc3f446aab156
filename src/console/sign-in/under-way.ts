import { MINUTE, type Seconds } from '../../domain/time.ts'
import { dropCookie, isKept, readCookie, writeCookie } from '../kit/cookie.ts'
import type { ConsoleContext } from '../kit/console-env.ts'

/** A sign-in at the provider, until the browser comes back: what it must bring. */
export type UnderWay = {
  state: string
  nonce: string
  verifier: string
  next: string
  expiresAt: Seconds
}

const LIFETIME: Seconds = 10 * MINUTE
const COOKIE = '__Host-portcullis-sign-in'

/** Leaves out a `next` that does not fit: a visitor without the cookie could not get in at all. */
export async function keepUnderWay(
  c: ConsoleContext,
  underWay: Omit<UnderWay, 'expiresAt'>,
): Promise<void> {
  const { deps } = c.var
  const write = (next: string) =>
    deps.signIns.write({ ...underWay, next, expiresAt: deps.now() + LIFETIME })
  const whole = await write(underWay.next)
  const text = isKept(COOKIE, whole, LIFETIME) ? whole : await write('')
  writeCookie(c, COOKIE, text, LIFETIME)
}

/** Taken once, whatever comes of it. */
export async function takeUnderWay(c: ConsoleContext): Promise<UnderWay | null> {
  const { deps } = c.var
  const text = readCookie(c, COOKIE)
  if (text === undefined) return null
  dropCookie(c, COOKIE)
  const underWay = (await deps.signIns.read(text)) as UnderWay | null
  return underWay && underWay.expiresAt > deps.now() ? underWay : null
}
