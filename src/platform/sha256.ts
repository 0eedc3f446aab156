import { base64urlOfBytes } from './base64.ts'

/** SHA-256 of the bytes, or of a text's UTF-8, in base64url without padding. */
export async function sha256(data: string | Uint8Array): Promise<string> {
  // A copy: the digest of bytes that are shared with another thread is refused.
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : new Uint8Array(data)
  return base64urlOfBytes(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}
