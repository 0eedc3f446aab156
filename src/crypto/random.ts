import { BASE62 } from '../domain/base62.ts'

// 248 is the largest multiple of 62 in a byte: using bytes above it would make some characters more
// likely.
const FAIR = 248

/** Random base62 text: 5.95 bits a character. */
export function randomText(length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length - text.length + 8))) {
      if (byte < FAIR && text.length < length) text += BASE62.charAt(byte % 62)
    }
  }
  return text
}
