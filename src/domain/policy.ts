import type { CredentialKind } from './credential.ts'
import { Refusal } from './errors.ts'
import { DEFAULT_EXPIRY_DAYS } from './secret.ts'
import { type ReadOr, WrongSetting } from './setting.ts'

/** The kinds of credential, by the names of the setting. */
export const CREDENTIAL_KINDS = [
  'secret',
  'public_key',
  'federated_credential',
  'certificate',
] as const satisfies CredentialKind[]

/**
 * The rules of a deployment for credentials. They are applied where a credential is made or its end
 * is moved, and never to one that exists: a setting must not cause an outage.
 */
export type Policy = {
  /** The days that a secret gets if its maker asks for no others. */
  secretDays: number
  /** The most days from the creation of a secret to its end; null: as many as there may be at all. */
  secretDaysMax: number | null
  allowed: readonly CredentialKind[]
  /** Whether every token request needs a DPoP proof. */
  requireDpop: boolean
}

/** The rules as options of the server. */
export type PolicyOptions = {
  /** How many days a secret lasts by default, 1 to 730. @default 90, or secretDaysMax if less */
  secretDaysDefault?: number | undefined
  /**
   * The most days that a secret may last, 1 to 730, also by extension; secrets that exist keep their
   * end. @default 24 months
   */
  secretDaysMax?: number | undefined
  /** The kinds of credential that may be added; those that exist keep working. @default all */
  allowedCredentials?: readonly CredentialKind[] | undefined
  /** Whether every client gets tokens only with a DPoP proof (RFC 9449). @default false */
  requireDpop?: boolean | undefined
}

/** As options, or as variables of the environment: any text may be among the kinds. */
export type GivenPolicy = Omit<PolicyOptions, 'allowedCredentials' | 'requireDpop'> & {
  allowedCredentials?: readonly string[] | undefined
}

const SECRET_DAYS_LIMIT = 730

/**
 * Reads the rules. The stricter value replaces a wrong one: without a readable maximum the default
 * is also the most, and a kind that is not recognised is not allowed.
 */
export function readPolicy(given: GivenPolicy, requireDpop: boolean, readOr: ReadOr): Policy {
  const most = readOr(
    () => daysIn('SECRET_DAYS_MAX', given.secretDaysMax),
    'wrong' as const,
    'no secret gets more days than SECRET_DAYS_DEFAULT',
  )
  const usual = readOr(
    () => daysIn('SECRET_DAYS_DEFAULT', given.secretDaysDefault),
    null,
    `${DEFAULT_EXPIRY_DAYS} are used, or SECRET_DAYS_MAX if that is less`,
  )
  const secretDaysMax = most === 'wrong' ? (usual ?? DEFAULT_EXPIRY_DAYS) : most
  const wanted = usual ?? Math.min(DEFAULT_EXPIRY_DAYS, secretDaysMax ?? DEFAULT_EXPIRY_DAYS)
  const secretDays = readOr(
    () => refuseMoreThan(secretDaysMax, wanted),
    secretDaysMax ?? wanted,
    `${secretDaysMax} are used`,
  )
  return { secretDays, secretDaysMax, allowed: readAllowed(given, readOr), requireDpop }
}

function daysIn(name: string, days: number | undefined): number | null {
  if (days === undefined) return null
  if (Number.isInteger(days) && days >= 1 && days <= SECRET_DAYS_LIMIT) return days
  throw new WrongSetting(
    name,
    `${name} must be a whole number of days from 1 to ${SECRET_DAYS_LIMIT}`,
  )
}

function refuseMoreThan(most: number | null, days: number): number {
  if (most === null || days <= most) return days
  throw new WrongSetting(
    'SECRET_DAYS_DEFAULT',
    'SECRET_DAYS_DEFAULT must not be more than SECRET_DAYS_MAX',
  )
}

function readAllowed({ allowedCredentials: given }: GivenPolicy, readOr: ReadOr) {
  if (given === undefined) return CREDENTIAL_KINDS
  const allowed = CREDENTIAL_KINDS.filter((kind) => given.includes(kind))
  const names = allowed.length > 0 ? `only ${allowed.join(', ')} can be added` : 'none can be added'
  return readOr(() => refuseUnknown(given, allowed), allowed, names)
}

function refuseUnknown(given: readonly string[], allowed: CredentialKind[]): CredentialKind[] {
  if (new Set(given).size === allowed.length) return allowed
  const name = 'ALLOWED_CREDENTIALS'
  throw new WrongSetting(name, `${name} must be a list of ${CREDENTIAL_KINDS.join(', ')}`)
}

export function isAllowed({ allowed }: Pick<Policy, 'allowed'>, kind: CredentialKind): boolean {
  return allowed.includes(kind)
}

const WORDS: Record<CredentialKind, string> = {
  secret: 'secrets',
  public_key: 'public keys',
  federated_credential: 'federated credentials',
  certificate: 'certificates',
}

/** Says that a kind is not allowed, and what is. */
export function notAllowed({ allowed }: Pick<Policy, 'allowed'>, kind: CredentialKind): string {
  if (allowed.length === 0) return 'This server allows no new credentials (ALLOWED_CREDENTIALS).'
  const others = allowed.map((one) => WORDS[one]).join(', ')
  return `This server allows no new ${WORDS[kind]} (ALLOWED_CREDENTIALS): allowed are ${others}.`
}

/** @throws Refusal if no credential of this kind may be made */
export function requireAllowed(policy: Pick<Policy, 'allowed'>, kind: CredentialKind): void {
  if (!isAllowed(policy, kind)) throw new Refusal('forbidden', notAllowed(policy, kind))
}
