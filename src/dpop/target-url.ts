/** RFC 3986 §2: without backslashes, spaces or line breaks, which a parser of URLs would mend. */
const HTTP_URL = /^https?:\/\/[\x21-\x5b\x5d-\x7e]+$/i

const UNRESERVED = /[\w.~-]/

/**
 * A URL as `htu` is compared (RFC 9449 §4.3): without query and fragment, normalized by RFC 3986
 * §6.2.2 and §6.2.3. A slash at the end is part of the path. Null for anything else.
 */
export function targetOf(text: string): string | null {
  if (!HTTP_URL.test(text) || !URL.canParse(text)) return null
  const { origin, pathname, username, password } = new URL(text)
  return username || password ? null : origin + pathname.replaceAll(/%[\da-f]{2}/gi, normalized)
}

function normalized(encoded: string): string {
  const char = String.fromCharCode(Number.parseInt(encoded.slice(1), 16))
  return UNRESERVED.test(char) ? char : encoded.toUpperCase()
}
