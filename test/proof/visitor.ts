import { readKeyRing } from '../../src/crypto/key-ring.ts'
import { signedTexts } from '../../src/crypto/seals.ts'

/** Somebody who is signed in to the console, as their browser knows it. */
export type Visitor = {
  administratorId: string
  sessionId: string
  cookie: string
}

type SignedIn = { administratorId: string; email: string; at: number; until: number }

let sessions = 0

/**
 * An administrator with a session such as the sign-in with an OpenID provider makes, and its row as SQL:
 * who could vouch for them is not part of what is proved here.
 */
export async function visitorBy(
  cookieKey: string,
  { administratorId, email, at, until }: SignedIn,
): Promise<{ visitor: Visitor; sql: string }> {
  const ring = readKeyRing('COOKIE_KEY', cookieKey)
  const sessionId = `session_${++sessions}`
  const who = { type: 'administrator', id: administratorId, email, via: 'oidc', issuer: null }
  const text = await signedTexts(ring, 'session').write({ id: sessionId, who, expiresAt: until })
  const sql = `INSERT INTO portcullis_sessions (session_id, administrator_id, created_at, expires_at)
    VALUES ('${sessionId}', '${administratorId}', ${at}, ${until})`
  const cookie = `__Host-portcullis=${text}`
  return { visitor: { administratorId, sessionId, cookie }, sql }
}

/** The token that goes into a form of theirs; `once` distinguishes it from all others. */
export function formTokenOf(
  cookieKey: string,
  { administratorId, sessionId }: Visitor,
  once: string,
): Promise<string> {
  const ring = readKeyRing('COOKIE_KEY', cookieKey)
  return signedTexts(ring, 'form').write([sessionId, `administrator:${administratorId}`, once])
}
