/**
 * Standard base64 of the UTF-8 bytes. Byte by byte: a long text has more bytes than a call accepts
 * arguments.
 */
export function base64(text: string): string {
  return base64OfBytes(new TextEncoder().encode(text))
}

export function base64OfBytes(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}
