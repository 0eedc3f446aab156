import { toBase64url } from '../platform/bytes.ts'
import { hmacOf, sameDigest } from './hmac.ts'
import type { KeyRing } from './key-ring.ts'

/** Whether a token is the deployment's bootstrap token; always false if there is none. */
export function bootstrapTokenMatcher(
  bootstrapToken: string | undefined,
  ring: KeyRing,
): (token: string) => Promise<boolean> {
  if (bootstrapToken === undefined) return async () => false
  const hmac = hmacOf(ring, 'bootstrap')
  return async (token) => sameDigest(await hmac(token), await hmac(bootstrapToken))
}

/**
 * A mark of the bootstrap token, kept in each session that it opened: if the token changes or is
 * removed, the session ends.
 */
export function bootstrapMarker(
  bootstrapToken: string | undefined,
  ring: KeyRing,
): () => Promise<string | null> {
  if (bootstrapToken === undefined) return async () => null
  const hmac = hmacOf(ring, 'bootstrap-session')
  return async () => toBase64url(await hmac(bootstrapToken))
}

/**
 * Whether a mark belongs to this token, made under any version of the key: rotating the key ends no
 * session.
 */
export function bootstrapMarkMatcher(
  bootstrapToken: string | undefined,
  ring: KeyRing,
): (mark: string) => Promise<boolean> {
  if (bootstrapToken === undefined) return async () => false
  const hmac = hmacOf(ring, 'bootstrap-session')
  return async (mark) => {
    const versions = [...ring.versions.keys()]
    const marks = await Promise.all(versions.map((one) => hmac(bootstrapToken, one)))
    return marks.some((known) => toBase64url(known) === mark)
  }
}
