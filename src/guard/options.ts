/** Where the guard asks whether a token is active: a service binding, or anything that fetches. */
export type Introspector = {
  fetch(input: string, init?: RequestInit): Promise<Response>
  /** Asks the `TokenIntrospection` entry point over a service binding. */
  introspect?(token: string): Promise<IntrospectionAnswer>
}

/** RFC 7662 §2.2. */
export type IntrospectionAnswer = { active: boolean; scope?: string | undefined }

/** The part of a KV namespace that the guard reads. */
export type DenylistReader = {
  get(key: string, options: { type: 'json'; cacheTtl?: number }): Promise<unknown>
}

/** The issuer whose tokens pass, and how to ask it. */
export type IssuerOptions = {
  /** The issuer of the tokens: Portcullis's URL, exactly as in its metadata. */
  issuer: string
  /**
   * How many seconds after a suspension a token may still be accepted. `0` asks the server each
   * time; `1` to `59` remembers its answers in the isolate that long; `60` or more asks no server
   * and reads the denylist from KV.
   * @default 0
   */
  maxStaleness?: number | undefined
  /**
   * How to reach the server: a service binding to its `TokenIntrospection` entry point, or, in the
   * Worker that hosts the server, its `introspector(env)`; neither needs credentials.
   * @default the global fetch, with `clientId` and `clientSecret`
   */
  fetcher?: Introspector | undefined
  /**
   * The client with which the API introspects by HTTP; it needs `tokens:introspect` on its
   * audience. If given, the credentials are used over a binding too.
   */
  clientId?: string | undefined
  /** The client's secret, together with `clientId`. */
  clientSecret?: string | undefined
  /** The denylist's KV namespace; needed with a `maxStaleness` of 60 or more. */
  denylist?: DenylistReader | undefined
  /**
   * Decides about a token when the server, or KV, does not answer. `refuse`: 503 with
   * `Retry-After`. `allow-for`: a token that this isolate saw active passes for `allowFor` seconds
   * after that.
   * @default 'refuse'
   */
  whenUnreachable?: 'refuse' | 'allow-for' | undefined
  /** Seconds; needed with `whenUnreachable: 'allow-for'`. */
  allowFor?: number | undefined
}

/** The API that is guarded, and what a token must be good for. */
export type ApiOptions = {
  /** This API's audience: a token for any other is refused. */
  audience: string
  /** Scope values, all required: one, several separated by spaces, or a list. @default none */
  scope?: string | readonly string[] | undefined
  /** The URL of this API's metadata (RFC 9728), named in each challenge. @default none */
  resourceMetadata?: string | undefined
  /** The time in whole seconds since 1970. @default the clock */
  now?: (() => number) | undefined
}

export type GuardOptions = ApiOptions & IssuerOptions

/**
 * Several issuers at once: staging and production, or the old and the new one of a move. The `iss`
 * of a token decides which one is asked, before anything is fetched; any other's token is refused.
 */
export type SeveralIssuersOptions = ApiOptions & { issuers: readonly IssuerOptions[] }

export type AnyGuardOptions = GuardOptions | SeveralIssuersOptions

/** How one issuer's token is checked for this API. */
export type GuardSettings = ApiSettings & {
  issuer: string
  maxStaleness: number
  fetcher: Introspector
  credentials: { clientId: string; clientSecret: string } | null
  denylist: DenylistReader | null
  allowFor: number
}

export type ApiSettings = {
  audience: string
  scopes: string[]
  resourceMetadata: string | null
  now: () => number
}

/** The checks of a request, whichever issuer its token comes from; by issuer, how to ask it. */
export type Guarded = ApiSettings & { issuers: ReadonlyMap<string, GuardSettings> }

/** From here on the denylist in KV is fresh enough: it shows a change within about a minute. */
export const DENYLIST_STALENESS = 60
