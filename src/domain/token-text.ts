import { textFromBase64url } from '../platform/base64.ts'

/** The content of a token, unverified. */
export type TokenText = { header: Record<string, unknown>; claims: Record<string, unknown> }

/** Header and claims of a signed token (RFC 7515 §3.1), or what is wrong with its form. */
export function readTokenText(text: string): TokenText | 'not_three_parts' | 'not_json' {
  const parts = text.split('.')
  if (parts.length !== 3) return 'not_three_parts'
  const [header, claims] = parts.slice(0, 2).map(objectIn)
  return header && claims ? { header, claims } : 'not_json'
}

/** The claims, whatever the other parts are; null where they cannot be read. */
export function claimsIn(text: string): Record<string, unknown> | null {
  return objectIn(text.split('.')[1] ?? '')
}

function objectIn(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(textFromBase64url(part))
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : null
  } catch (error) {
    // Base64, UTF-8 and JSON each have an error of their own.
    if (error instanceof Error || error instanceof DOMException) return null
    throw error
  }
}

/**
 * The client that a token names, as far as the text of the token goes: one that was cut off, or of
 * which a part is missing, still names its client where that part can be decoded.
 */
export function clientIdIn(text: string): string | null {
  for (const part of text.split('.')) {
    const found = /"(?:client_id|sub)":"([0-9A-Za-z][\w.@:-]{0,127})"/.exec(beginningOf(part))
    if (found?.[1] !== undefined) return found[1]
  }
  return null
}

/** Base64 encodes three bytes in four characters: what is left over at the end is dropped. */
function beginningOf(part: string): string {
  const whole = part.slice(0, part.length - (part.length % 4))
  return /^[\w-]+$/.test(whole) ? atob(whole.replaceAll('-', '+').replaceAll('_', '/')) : ''
}
