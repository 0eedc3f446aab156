import { readAddress } from '../domain/administrator.ts'
import { hasForbiddenCharacters } from '../domain/text.ts'

/** The sender of a mail. */
export type Address = { name: string | null; address: string }

// Quotation marks around the name are RFC 5322's own; inside it, they and angle brackets are
// refused, so that `Name <address>` can be read in one way only.
const NAMED = /^(?:"([^"\\<>]+)"|([^"\\<>]*?))\s*<([^<>]+)>$/

/**
 * MAIL_FROM: an address, or `Name <address>`.
 * @throws TypeError
 */
export function readFrom(text: string): Address {
  const [, quoted, unquoted, inBrackets] = NAMED.exec(text.trim()) ?? []
  const address = readAddress(inBrackets ?? text)
  // A line break could add a header to every mail; readAddress trims one away.
  if (address === null || hasForbiddenCharacters(text)) {
    throw new TypeError('MAIL_FROM must be an address, or a name and <an address>')
  }
  return { name: (quoted ?? unquoted)?.trim() || null, address }
}

/** `Name <address>`, or the address alone. */
export function writeAddress({ name, address }: Address): string {
  return name === null ? address : `${name} <${address}>`
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}
