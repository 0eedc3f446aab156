import { isPrivateUrl } from '../platform/loopback.ts'
import { type GroupAccess, readGroupAccess } from './group-access.ts'
import { type ReadOr, WrongSetting } from './setting.ts'

/** The OpenID provider at which administrators sign in. */
export type OidcSettings = { issuer: string; clientId: string; clientSecret: string }

/** The Cloudflare Access application in front of the console. */
export type AccessSettings = { issuer: string; audience: string }

/**
 * How people sign in besides the bootstrap token. `wrong`: configured, but with invalid settings.
 */
export type SignInBy = {
  oidc: OidcSettings | null
  access: AccessSettings | null
  /** Null if no group of the identity provider lets a person in. */
  groups: GroupAccess | null
  wrong: { oidc: boolean; access: boolean }
}

type Given<T> = { [K in keyof T]?: string | undefined } | undefined

export type AccessBindings = {
  /** `team.cloudflareaccess.com`. */
  teamDomain?: string | undefined
  /** The application's audience (AUD) tag. */
  audience?: string | undefined
}

type GivenAccess = AccessBindings | undefined

/**
 * A method with invalid settings admits no one. An invalid Cloudflare Access setting closes the
 * console altogether: its operator may rely on Access alone, and half a configuration does not say
 * what else should be open.
 */
export function readSignInBy(
  readOr: ReadOr,
  oidc: Given<OidcSettings>,
  access: GivenAccess,
  groups?: Parameters<typeof readGroupAccess>[0],
): SignInBy {
  const wrong = 'wrong' as const
  const byOidc = readOr(() => readOidc(oidc), wrong, 'OpenID Connect sign-in is off')
  const byAccess = readOr(() => readAccess(access), wrong, 'the console is closed')
  const hasProvider = byOidc !== null || byAccess !== null
  const readGroups = () => readGroupAccess(groups, hasProvider)
  return {
    groups: readOr(readGroups, null, 'access by group is off'),
    oidc: byOidc === wrong ? null : byOidc,
    access: byAccess === wrong ? null : byAccess,
    wrong: { oidc: byOidc === wrong, access: byAccess === wrong },
  }
}

/** @throws WrongSetting that names what is missing or malformed, and quotes no secret */
export function readOidc(given: Given<OidcSettings>): OidcSettings | null {
  const settings = allOrNothing({
    OIDC_ISSUER: given?.issuer,
    OIDC_CLIENT_ID: given?.clientId,
    OIDC_CLIENT_SECRET: given?.clientSecret,
  })
  if (!settings) return null
  const {
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: clientId,
    OIDC_CLIENT_SECRET: clientSecret,
  } = settings
  const url = URL.canParse(issuer) ? new URL(issuer) : null
  if (!url || !isPrivateUrl(url) || /[?#@]/.test(issuer)) {
    const message = 'OIDC_ISSUER must be an https URL without query and fragment'
    throw new WrongSetting('OIDC_ISSUER', message)
  }
  return { issuer, clientId, clientSecret }
}

const TEAM = /^(?:https:\/\/)?([a-z0-9-]+)(?:\.cloudflareaccess\.com\/?)?$/i

/** @throws WrongSetting, likewise */
export function readAccess(given: GivenAccess): AccessSettings | null {
  const settings = allOrNothing({
    ACCESS_TEAM_DOMAIN: given?.teamDomain,
    ACCESS_AUD: given?.audience,
  })
  if (!settings) return null
  const team = TEAM.exec(settings.ACCESS_TEAM_DOMAIN)?.[1]?.toLowerCase()
  if (team === undefined) {
    const message = 'ACCESS_TEAM_DOMAIN must look like team.cloudflareaccess.com'
    throw new WrongSetting('ACCESS_TEAM_DOMAIN', message)
  }
  return { issuer: `https://${team}.cloudflareaccess.com`, audience: settings.ACCESS_AUD }
}

/**
 * Null if none is set. A partial configuration is an error, rather than a method that is silently
 * off.
 */
function allOrNothing<Name extends string>(
  given: Record<Name, string | undefined>,
): Record<Name, string> | null {
  const names = Object.keys(given) as Name[]
  const missing = names.filter((name) => !given[name])
  if (missing.length === names.length) return null
  if (missing.length === 0) return given as Record<Name, string>
  const set = names.filter((name) => given[name])
  const message = `${missing.join(' and ')} must be set too, as ${set.join(' and ')} is`
  throw new WrongSetting(missing, message)
}

/** The variables of the environment by which people sign in. */
export type SignInVariables = {
  OIDC_ISSUER?: string
  OIDC_CLIENT_ID?: string
  OIDC_CLIENT_SECRET?: string
  OIDC_ACCESS_CLAIM?: string
  OIDC_MANAGE_VALUES?: string
  OIDC_VIEW_VALUES?: string
  ACCESS_TEAM_DOMAIN?: string
  ACCESS_AUD?: string
}
