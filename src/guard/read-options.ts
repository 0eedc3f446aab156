import { faultOfIssuer } from '../domain/issuer-url.ts'
import { SCOPE_TOKEN } from '../domain/permission.ts'
import {
  type AnyGuardOptions,
  type ApiOptions,
  type ApiSettings,
  DENYLIST_STALENESS,
  type Guarded,
  type GuardSettings,
  type IssuerOptions,
  type NamedIssuer,
} from './options.ts'
import { publicUrlsOf, readClientCertificate, readDpop } from './read-holder-options.ts'

const known = new WeakMap<AnyGuardOptions, Guarded>()

/**
 * The options with their defaults, checked once for each options object.
 * @throws TypeError that says which option is wrong and why
 */
export function readGuardOptions(options: AnyGuardOptions): Guarded {
  const found = known.get(options)
  if (found) return found
  const guarded = checked(options)
  known.set(options, guarded)
  return guarded
}

function checked(options: AnyGuardOptions): Guarded {
  const [given, api] = [issuersOf(options), readApi(options)]
  const issuers = new Map<string, GuardSettings>()
  for (const one of given) {
    if (issuers.has(one.issuer)) throw new TypeError(`issuers has ${one.issuer} twice`)
    issuers.set(one.issuer, { ...readIssuer(one), ...api })
  }
  return { ...api, issuers }
}

/**
 * Each issuer's options, at least one.
 * @throws TypeError if `issuers` is not a list of at least one, or comes together with `issuer`
 */
export function issuersOf<T extends Pick<IssuerOptions, 'issuer'>>(
  options: T | { issuers: readonly T[] },
): readonly T[] {
  if (!('issuers' in options) || options.issuers === undefined) return [options as T]
  const { issuers } = options
  if ('issuer' in options) throw new TypeError('issuer and issuers do not go together')
  if (!Array.isArray(issuers) || issuers.length === 0) {
    throw new TypeError('issuers must be a list of at least one')
  }
  return issuers
}

function readApi(options: ApiOptions): ApiSettings {
  const { audience, resourceMetadata, now } = options
  requireAudience(audience)
  requireMetadata(resourceMetadata)
  return {
    audience,
    scopes: scopesOf(options.scope),
    resourceMetadata: resourceMetadata ?? null,
    publicUrls: publicUrlsOf(options),
    dpop: readDpop(options.dpop),
    clientCertificate: readClientCertificate(options),
    now: now ?? (() => Math.floor(Date.now() / 1000)),
  }
}

function readIssuer(options: IssuerOptions): Omit<GuardSettings, keyof ApiSettings> {
  const { issuer, maxStaleness = 0, fetcher, clientId, clientSecret } = options
  requireIssuer(options)
  requireSeconds('maxStaleness', maxStaleness)
  if (!clientId !== !clientSecret) throw new TypeError('clientId and clientSecret go together')
  const credentials = clientId && clientSecret ? { clientId, clientSecret } : null
  const readsList = readStatus(options)
  requireWayToAsk(options, maxStaleness)
  return {
    issuer,
    maxStaleness,
    readsList,
    fetcher: fetcher ?? { fetch: (input, init) => fetch(input, init) },
    credentials,
    denylist: options.denylist ?? null,
    allowFor: readAllowFor(options),
  }
}

function requireWayToAsk(options: IssuerOptions, maxStaleness: number): void {
  const { denylist, fetcher, clientId, status } = options
  if (status === 'list') return
  if (maxStaleness >= DENYLIST_STALENESS) {
    if (denylist) return
    throw new TypeError('denylist must be the KV namespace when maxStaleness is 60 or more')
  }
  if (clientId || fetcher?.introspect) return
  throw new TypeError(
    fetcher
      ? 'clientId and clientSecret are needed with a fetcher that has no introspect'
      : 'fetcher, or clientId and clientSecret, are needed to ask the server',
  )
}

function readStatus({ status, maxStaleness }: IssuerOptions): boolean {
  if (status === undefined) return false
  if (status !== 'list') throw new TypeError("status must be 'list'")
  if (maxStaleness === undefined) return true
  throw new TypeError(
    "maxStaleness and status: 'list' do not go together: the list says how long it may be kept",
  )
}

/** By the rule of the server: `clientSecret` goes to this URL, so no one may listen in between. */
export function requireIssuer({ issuer, plainHttpInDevelopment = false }: NamedIssuer): void {
  const fault = faultOfIssuer(issuer, plainHttpInDevelopment, 'plainHttpInDevelopment')
  if (fault !== null) throw new TypeError(`issuer ${fault}`)
}

/** Every runtime can send such a text in a header. */
const HEADER_TEXT = /^[\x21-\x7e]+$/

function requireMetadata(url: string | undefined): void {
  if (url === undefined || (HEADER_TEXT.test(url) && URL.canParse(url))) return
  throw new TypeError(
    "resourceMetadata must be the URL of this API's metadata, in printable ASCII without spaces",
  )
}

export function requireAudience(audience: string): void {
  if (!audience) throw new TypeError('audience must be the audience of this API')
  // As the server registers it.
  if (HEADER_TEXT.test(audience)) return
  throw new TypeError('audience must be printable ASCII without spaces')
}

export function scopesOf(scope: ApiOptions['scope']): string[] {
  const values = typeof scope === 'string' ? scope.split(' ') : [...(scope ?? [])]
  const named = values.filter((value) => value !== '')
  if (named.every((value) => SCOPE_TOKEN.test(value))) return named
  throw new TypeError('scope must be scope values (RFC 6749 §3.3), separated by single spaces')
}

function readAllowFor({ whenUnreachable = 'refuse', allowFor }: IssuerOptions): number {
  if (whenUnreachable === 'refuse') {
    if (allowFor !== undefined) throw new TypeError("allowFor needs whenUnreachable: 'allow-for'")
    return 0
  }
  if (whenUnreachable !== 'allow-for') {
    throw new TypeError("whenUnreachable must be 'refuse' or 'allow-for'")
  }
  requireSeconds('allowFor', allowFor)
  return allowFor ?? 0
}

function requireSeconds(name: string, value: number | undefined): void {
  if (value !== undefined && Number.isInteger(value) && value >= 0) return
  throw new TypeError(`${name} must be a whole number of seconds, 0 or more`)
}
