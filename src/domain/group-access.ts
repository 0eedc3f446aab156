import type { AdministratorAccess } from './administrator.ts'
import { WrongSetting } from './setting.ts'

/** The values of a claim of the identity provider that give access to the console. */
export type GroupAccess = {
  /** The name of the claim, or the way to it: `realm_access.roles`. */
  claim: string
  manage: readonly string[]
  view: readonly string[]
}

/** The access that a person was given, and the value that gave it. */
export type Granted = { access: AdministratorAccess; value: string }

/** Set the claim, and one of the lists or both. */
export type GroupBindings = {
  /** A claim of the ID token or of Cloudflare Access, such as `groups` or `realm_access.roles`. */
  claim?: string | undefined
  /** Its values that give `manage`, comma-separated. */
  manageValues?: string | undefined
  /** Its values that give `view`, comma-separated. */
  viewValues?: string | undefined
}

const [CLAIM, MANAGE, VIEW] = ['OIDC_ACCESS_CLAIM', 'OIDC_MANAGE_VALUES', 'OIDC_VIEW_VALUES']

/**
 * Null if nothing is set. `hasProvider`: somebody signs the claim.
 * @throws WrongSetting that names what is missing
 */
export function readGroupAccess(
  given: GroupBindings | undefined,
  hasProvider: boolean,
): GroupAccess | null {
  const claim = textIn(CLAIM, given?.claim).trim()
  const manage = listIn(MANAGE, given?.manageValues)
  const view = listIn(VIEW, given?.viewValues)
  if (claim === '' && manage.length + view.length === 0) return null
  if (claim === '') {
    const set = manage.length > 0 ? MANAGE : VIEW
    throw new WrongSetting(CLAIM, `${CLAIM} must be set too, as ${set} is`)
  }
  if (manage.length + view.length === 0) {
    const message = `${MANAGE} or ${VIEW} must be set too, as ${CLAIM} is`
    throw new WrongSetting([MANAGE, VIEW], message)
  }
  if (hasProvider) return { claim, manage, view }
  throw new WrongSetting(CLAIM, `${CLAIM} needs OIDC_ISSUER or ACCESS_TEAM_DOMAIN`)
}

function textIn(name: string, value: unknown): string {
  if (value === undefined) return ''
  if (typeof value === 'string') return value
  throw new WrongSetting(name, `${name} must be text`)
}

function listIn(name: string, value: unknown): string[] {
  const parts = textIn(name, value).split(',')
  return parts.map((part) => part.trim()).filter(Boolean)
}

/** The most that the values of the claim give; null if they give nothing. */
export function grantedBy(rules: GroupAccess, claims: Record<string, unknown>): Granted | null {
  const values = textsIn(claimAt(claims, rules.claim))
  const best = (wanted: readonly string[]) => values.find((value) => wanted.includes(value))
  const value = best(rules.manage) ?? best(rules.view)
  const access = value === undefined ? null : accessOf(rules, value)
  return value === undefined || access === null ? null : { access, value }
}

/** The access that one value gives. */
export function accessOf(rules: GroupAccess, value: string): AdministratorAccess | null {
  if (rules.manage.includes(value)) return 'manage'
  return rules.view.includes(value) ? 'view' : null
}

/** The claim of this name; else the member that the names between dots lead to. */
export function claimAt(claims: Record<string, unknown>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name]
  let at: unknown = claims
  for (const part of name.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined
    at = (at as Record<string, unknown>)[part]
  }
  return at
}

/** A text is one value, however it reads; of a list, what is not text counts for nothing. */
function textsIn(claim: unknown): string[] {
  const all: unknown[] = Array.isArray(claim) ? claim : [claim]
  return all.filter((value) => typeof value === 'string')
}
