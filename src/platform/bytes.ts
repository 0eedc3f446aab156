// For the server and its tools. What the guard may import is in base64.ts: Node 20 has neither
// Uint8Array.fromBase64 nor toBase64.

const encoder = new TextEncoder()
const BASE64URL = { alphabet: 'base64url', omitPadding: true } as const

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text) as Uint8Array<ArrayBuffer>
}

export function toBase64url(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>): string {
  // Bytes that are passed to the constructor are copied.
  return (bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes)).toBase64(BASE64URL)
}

export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromBase64(text, BASE64URL)
}
