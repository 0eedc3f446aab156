import { base64 } from '../../platform/base64.ts'

// RFC 2047 §2: an encoded word has at most 75 characters, a line with one at most 76. 39 bytes make
// 52 characters of base64 and a word of 64, which fits after every header name used here.
const BYTES_IN_WORD = 39
const PLAIN_MAX = 60

/** Text for a header: unchanged if that is safe, else in encoded words, folded. */
export function headerText(text: string): string {
  return isPlain(text) ? text : encodedWords(text)
}

/** A display name (RFC 5322 §3.4): quoted, or in encoded words, which must not be quoted. */
export function headerName(name: string): string {
  return isPlain(name) ? `"${name.replaceAll(/["\\]/g, String.raw`\$&`)}"` : encodedWords(name)
}

/** One line of ASCII that no reader takes for an encoded word. */
function isPlain(text: string): boolean {
  return /^[!-~](?:[ -~]*[!-~])?$/.test(text) && text.length <= PLAIN_MAX && !text.includes('=?')
}

function encodedWords(text: string): string {
  return chunks(text)
    .map((chunk) => `=?UTF-8?B?${base64(chunk)}?=`)
    .join('\r\n ')
}

/** RFC 2047 §5: each word is complete in itself, and no character is split between two. */
function chunks(text: string): string[] {
  const all: string[] = []
  let chunk = ''
  let size = 0
  for (const char of text) {
    const bytes = new TextEncoder().encode(char).length
    if (size + bytes > BYTES_IN_WORD) {
      all.push(chunk)
      chunk = ''
      size = 0
    }
    chunk += char
    size += bytes
  }
  return [...all, chunk]
}
