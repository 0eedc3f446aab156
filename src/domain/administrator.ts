import type { FieldChanges } from './audit.ts'
import { WrongSetting } from './setting.ts'
import type { Seconds } from './time.ts'

/** A person with access to Portcullis itself: `view` sees everything, `manage` changes it too. */
export type Administrator = {
  administratorId: string
  /** Normalized by `readAddress`. */
  email: string
  access: AdministratorAccess
  createdAt: Seconds
  updatedAt: Seconds
  version: number
}

export const ADMINISTRATOR_ACCESS = ['view', 'manage'] as const
export type AdministratorAccess = (typeof ADMINISTRATOR_ACCESS)[number]

// RFC 5321 §4.5.3.1.
const ADDRESS_MAX = 254
const LOCAL_PART_MAX = 64

// RFC 5321 §4.1.2: a dot-string, not a quoted one; no display name, no comment, ASCII only. Both
// cases are listed because it is matched before lower-casing, which turns some letters beyond
// ASCII, such as the Kelvin sign, into ASCII.
const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
const ADDRESS = new RegExp(`^(${ATOM}(?:\\.${ATOM})*)@${LABEL}(?:\\.${LABEL})*$`)

/**
 * Normalizes an email address (trimmed, in lower case), so that one person is one administrator.
 * Returns null for anything else: a line break could add a header to a mail.
 */
export function readAddress(text: string): string | null {
  const address = text.trim()
  const localPart = ADDRESS.exec(address)?.[1]
  if (localPart === undefined || address.length > ADDRESS_MAX) return null
  return localPart.length > LOCAL_PART_MAX ? null : address.toLowerCase()
}

/**
 * Reads a comma-separated list of addresses, normalized and without duplicates.
 * @throws WrongSetting that says which entry is invalid, by position: addresses are personal data
 */
export function readAddresses(text: string, name = 'ADMINISTRATORS'): string[] {
  // JSON or TOML configuration may hold any type.
  if (typeof text !== 'string') throw new WrongSetting(name, `${name} must be text`)
  const parts = text.split(',').map((part) => part.trim())
  const addresses = parts.filter(Boolean).map((part, i) => {
    const address = readAddress(part)
    if (address !== null) return address
    const which = `entry ${i + 1} of ${name} is not an email address`
    throw new WrongSetting(name, `${which} (separate addresses with commas)`)
  })
  return [...new Set(addresses)]
}

/**
 * Describes a change for the audit log. For an address it records only that it changed: the log is
 * permanent, and an address is personal data.
 */
export function auditedChanges(
  before: Administrator | null,
  after: Administrator | null,
): FieldChanges {
  const [from, to] = [before?.access ?? null, after?.access ?? null]
  const isMoved = before && after && before.email !== after.email
  return {
    ...(from === to ? {} : { access: { from, to } }),
    ...(isMoved ? { email_changed: { from: false, to: true } } : {}),
  }
}

export interface Administrators {
  find(administratorId: string): Promise<Administrator | null>
  findByEmail(email: string): Promise<Administrator | null>
  /** Administrators with `manage`, the longest-serving first. */
  managers(limit: number): Promise<Administrator[]>
  /** The given addresses that were never let in. */
  neverConfigured(emails: string[]): Promise<string[]>
}
