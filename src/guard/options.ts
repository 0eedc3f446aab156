/** Where the guard asks whether a token is active: a service binding, or anything that fetches. */
export type Introspector = {
  fetch(input: string, init?: RequestInit): Promise<Response>
  /** What the `TokenIntrospection` entry point answers over a service binding. */
  introspect?(token: string): Promise<IntrospectionAnswer>
}

/** RFC 7662 §2.2. */
export type IntrospectionAnswer = { active: boolean; scope?: string | undefined }

/** The part of a KV namespace that the guard reads. */
export type DenylistReader = {
  get(key: string, options: { type: 'json'; cacheTtl?: number }): Promise<unknown>
}

export type GuardOptions = {
  /** The issuer of the tokens: Portcullis's URL, as its metadata says it. */
  issuer: string
  /** This API's audience: a token for any other is refused. */
  audience: string
  /** Scope values that are all required: one, several separated by spaces, or a list. @default none */
  scope?: string | readonly string[] | undefined
  /**
   * For how many seconds after a suspension a token may still be accepted. `0` asks the server each
   * time; `1` to `59` remembers its answers in the isolate for so long; `60` or more asks no server and
   * reads the denylist from KV.
   * @default 0
   */
  maxStaleness?: number | undefined
  /**
   * How the server is reached: a service binding to its `TokenIntrospection` entry point, which needs
   * no credentials. @default the global fetch, with `clientId` and `clientSecret`
   */
  fetcher?: Introspector | undefined
  /**
   * With which the API introspects by HTTP: a client with `tokens:introspect` on its audience. Given,
   * they are used over a binding too.
   */
  clientId?: string | undefined
  /** The client's secret, together with `clientId`. */
  clientSecret?: string | undefined
  /** The denylist's KV namespace; needed with a `maxStaleness` of 60 or more. */
  denylist?: DenylistReader | undefined
  /**
   * What becomes of a token when the server, or KV, does not answer. `refuse`: 503 with `Retry-After`.
   * `allow-for`: a token that this isolate has seen active passes for `allowFor` seconds after that.
   * @default 'refuse'
   */
  whenUnreachable?: 'refuse' | 'allow-for' | undefined
  /** Seconds; needed with `whenUnreachable: 'allow-for'`. */
  allowFor?: number | undefined
  /** The URL of this API's metadata (RFC 9728), named in each challenge. @default none */
  resourceMetadata?: string | undefined
  /** The time in whole seconds since 1970. @default the clock */
  now?: (() => number) | undefined
}

export type GuardSettings = {
  issuer: string
  audience: string
  scopes: string[]
  maxStaleness: number
  fetcher: Introspector
  credentials: { clientId: string; clientSecret: string } | null
  denylist: DenylistReader | null
  allowFor: number
  resourceMetadata: string | null
  now: () => number
}

/** From here on the denylist in KV is fresh enough: it shows a change within about a minute. */
export const DENYLIST_STALENESS = 60

const known = new WeakMap<GuardOptions, GuardSettings>()

/**
 * The options with their defaults, checked once for each options object.
 * @throws TypeError that says which option is wrong and why
 */
export function readGuardOptions(options: GuardOptions): GuardSettings {
  const found = known.get(options)
  if (found) return found
  const settings = checked(options)
  known.set(options, settings)
  return settings
}

function checked(options: GuardOptions): GuardSettings {
  const { issuer, audience, maxStaleness = 0, fetcher, clientId, clientSecret } = options
  requireNames(options)
  requireSeconds('maxStaleness', maxStaleness)
  if (!clientId !== !clientSecret) throw new TypeError('clientId and clientSecret go together')
  const credentials = clientId && clientSecret ? { clientId, clientSecret } : null
  if (maxStaleness >= DENYLIST_STALENESS && !options.denylist) {
    throw new TypeError('denylist must be the KV namespace when maxStaleness is 60 or more')
  }
  if (maxStaleness < DENYLIST_STALENESS && !fetcher && !credentials) {
    throw new TypeError('fetcher, or clientId and clientSecret, are needed to ask the server')
  }
  if (maxStaleness < DENYLIST_STALENESS && !fetcher?.introspect && !credentials) {
    throw new TypeError(
      'clientId and clientSecret are needed with a fetcher that has no introspect',
    )
  }
  return {
    issuer,
    audience,
    scopes: scopesOf(options.scope),
    maxStaleness,
    fetcher: fetcher ?? { fetch: (input, init) => fetch(input, init) },
    credentials,
    denylist: options.denylist ?? null,
    allowFor: readAllowFor(options),
    resourceMetadata: options.resourceMetadata ?? null,
    now: options.now ?? (() => Math.floor(Date.now() / 1000)),
  }
}

export function requireNames({
  issuer,
  audience,
}: Pick<GuardOptions, 'issuer' | 'audience'>): void {
  if (!URL.canParse(issuer)) throw new TypeError('issuer must be the URL of the server')
  if (!audience) throw new TypeError('audience must be the audience of this API')
}

export function scopesOf(scope: GuardOptions['scope']): string[] {
  const values = typeof scope === 'string' ? scope.split(' ') : [...(scope ?? [])]
  return values.filter((value) => value !== '')
}

function readAllowFor({ whenUnreachable = 'refuse', allowFor }: GuardOptions): number {
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
