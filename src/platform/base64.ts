// Runs in Node 20 too, which has no Uint8Array.fromBase64.

/** Standard base64 of the UTF-8 bytes. */
export function base64(text: string): string {
  return base64OfBytes(new TextEncoder().encode(text))
}

/** Byte by byte: a long text has more bytes than a call accepts arguments. */
export function base64OfBytes(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

/** Null for text that is not base64. */
export function bytesFromBase64(encoded: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0))
  } catch (error) {
    if (error instanceof DOMException) return null
    throw error
  }
}

/** Base64url without padding (RFC 7515 §2). */
export function base64urlOfBytes(bytes: Uint8Array): string {
  return base64OfBytes(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** A hash as OpenSSL writes it, in the base64url of JOSE. `hex` has two digits for each byte. */
export function base64urlOfHex(hex: string): string {
  const pairs = hex.match(/../g) ?? []
  return base64urlOfBytes(Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16)))
}

/**
 * The text whose UTF-8 bytes were encoded, in standard base64.
 * @throws DOMException for text that is not base64, TypeError for bytes that are not UTF-8
 */
export function textFromBase64(encoded: string): string {
  const binary = atob(encoded)
  // The usual case: ASCII is UTF-8 already.
  if (/^[\x20-\x7e]*$/.test(binary)) return binary
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0))
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
}

/** Like `textFromBase64`, for base64url (RFC 4648 §5). */
export function textFromBase64url(encoded: string): string {
  return textFromBase64(encoded.replaceAll('-', '+').replaceAll('_', '/'))
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const UNUSED_BITS = [0, 0, 15, 3]

/**
 * Whether `text` is base64url in its one canonical form (RFC 4648 §3.5): not empty, unpadded, its
 * unused trailing bits zero. A token whose trailing bits were changed is another token.
 */
export function isCanonicalBase64url(text: string): boolean {
  if (!/^[0-9A-Za-z_-]+$/.test(text) || text.length % 4 === 1) return false
  return (ALPHABET.indexOf(text.at(-1) ?? '') & (UNUSED_BITS[text.length % 4] ?? 0)) === 0
}
