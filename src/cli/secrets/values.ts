import { randomInt } from 'node:crypto'
import { BASE62 } from '../../domain/base62.ts'

/** The secrets that are rotated by versions: see docs/configuration.md. */
export const VERSIONED = ['PEPPER', 'WRAPPING_KEY', 'AUDIT_KEY', 'COOKIE_KEY'] as const

export const SECRETS = [...VERSIONED, 'BOOTSTRAP_TOKEN'] as const
export type SecretName = (typeof SECRETS)[number]

/** By name, ready to be set. */
export type SecretValues = Partial<Record<SecretName, string>>

// 256 bits.
const LENGTH = 43

/** Letters and digits: nothing with a meaning in a shell, a TOML file or a header. */
export function newKey(): string {
  return Array.from({ length: LENGTH }, () => BASE62.charAt(randomInt(BASE62.length))).join('')
}

export function newSecret(name: SecretName): string {
  return name === 'BOOTSTRAP_TOKEN' ? newKey() : `1:${newKey()}`
}
