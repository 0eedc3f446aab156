import { hmacOf, sameDigest } from './hmac.ts'
import type { KeyRing } from './key-ring.ts'

/** Whether a text is the secret of the proxy in front; null if there is no such proxy. */
export function proxyMatcher(
  proxySecret: string | undefined,
  ring: KeyRing,
): ((secret: string) => Promise<boolean>) | null {
  if (proxySecret === undefined) return null
  const hmac = hmacOf(ring, 'proxy')
  return async (secret) => sameDigest(await hmac(secret), await hmac(proxySecret))
}
