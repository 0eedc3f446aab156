import type { DpopAlgorithm, Nonces, ProofRules } from '../domain/dpop.ts'
import type { ClientCertificate } from './certificate.ts'

/** Where the guard asks whether a token is active: a service binding, or anything that fetches. */
export type Introspector = {
  fetch(input: string, init?: RequestInit): Promise<Response>
  /** Asks the `TokenIntrospection` entry point over a service binding. */
  introspect?(token: string): Promise<IntrospectionAnswer>
}

/** RFC 7662 §2.2; `cnf` where the token is bound to a key (RFC 9449 §6.2, RFC 8705 §3.2). */
export type IntrospectionAnswer = {
  active: boolean
  scope?: string | undefined
  cnf?: unknown
}

/** The part of a KV namespace that the guard reads. */
export type DenylistReader = {
  get(key: string, options: { type: 'json'; cacheTtl?: number }): Promise<unknown>
}

/** The issuer whose tokens pass, and how to ask it. */
export type IssuerOptions = {
  /**
   * The issuer of the tokens: Portcullis's URL, exactly as in its metadata. It must be `https`, or
   * `http` on this machine, without a query, a fragment or a slash at the end.
   */
  issuer: string
  /**
   * Lets the issuer be plain `http` on any host, for containers of developers alone: tokens and
   * `clientSecret` are sent in the clear.
   * @default false
   */
  plainHttpInDevelopment?: boolean | undefined
  /**
   * How many seconds after a suspension a token may still be accepted. `0` asks the server each
   * time; `1` to `59` remembers its answers in the isolate that long; `60` or more asks no server
   * and reads the denylist from KV.
   * @default 0
   */
  maxStaleness?: number | undefined
  /**
   * `list`: reads the status list that each token names (`STATUS_LISTS` of the server), in place of
   * asking for each token or reading KV: without credentials, on any runtime. A suspension is seen when
   * the copy that is kept has grown old, a minute later at most. Without `maxStaleness`.
   * @default the server, or KV, as `maxStaleness` says
   */
  status?: 'list' | undefined
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

/** An issuer alone, without how it is asked. */
export type NamedIssuer = Pick<IssuerOptions, 'issuer' | 'plainHttpInDevelopment'>

/** The API that is guarded, and what a token must be good for. */
export type ApiOptions = {
  /** This API's audience: a token for any other is refused. */
  audience: string
  /** Scope values, all required: one, several separated by spaces, or a list. @default none */
  scope?: string | readonly string[] | undefined
  /** The URL of this API's metadata (RFC 9728), named in each challenge. @default none */
  resourceMetadata?: string | undefined
  /**
   * The URL under which clients reach this API, or several: a proof is for the public URL of its
   * request (`htu`), which is this with the path of the request after it.
   * @default the origin of `resourceMetadata`; without that, for a `Request`, the origin of its URL
   */
  publicUrl?: string | readonly string[] | undefined
  /** How proofs of possession are judged (DPoP, RFC 9449). */
  dpop?: DpopOptions | undefined
  /**
   * The certificate that the client presented, for tokens that are bound to one (RFC 8705 §3):
   * where TLS ends in Node, of its socket; behind a proxy, of a header that the proxy always sets
   * or removes, as nginx, Apache, HAProxy and Caddy write it. Name the type of your framework's request: `(request: IncomingMessage) => ...`.
   * @default in Workers, that of Cloudflare (`request.cf.tlsClientAuth`); elsewhere none
   */
  clientCertificate?(request: object): ClientCertificate | Promise<ClientCertificate>
  /** The time in whole seconds since 1970. @default the clock */
  now?: (() => number) | undefined
}

/** Bound tokens are accepted, and their proofs verified, without any of these. */
export type DpopOptions = {
  /** Refuses tokens that are not bound to a key that signs proofs. @default false */
  required?: boolean | undefined
  /** The algorithms of proofs. @default all: ES256, ES384, EdDSA, Ed25519, PS256, RS256 */
  algorithms?: readonly DpopAlgorithm[] | undefined
  /**
   * How many seconds a proof's `iat` may be from now, either way. A client's clock may always be 10
   * seconds ahead.
   * @default 60
   */
  maxAge?: number | undefined
  /**
   * Writes down that a proof was used, and tells whether it was before: in one step (put if
   * absent), in a store that all isolates share. `expiresAt`, in seconds since 1970, is when it may
   * be forgotten. If it fails, or takes two seconds, the request is answered with 503.
   * @default none: each isolate remembers the proofs that it has let through
   */
  seen?: ((key: string, expiresAt: number) => Promise<boolean>) | undefined
  /**
   * At least 32 characters, the same in each isolate: a proof must then have a nonce that was made
   * with it in the last minutes (RFC 9449 §9).
   * @default none: proofs need no nonce
   */
  nonceSecret?: string | undefined
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
  /** Whether the status list of each token is read, in place of all that. */
  readsList: boolean
  fetcher: Introspector
  credentials: { clientId: string; clientSecret: string } | null
  denylist: DenylistReader | null
  allowFor: number
}

export type ApiSettings = {
  audience: string
  scopes: string[]
  resourceMetadata: string | null
  /** Without a slash at the end. Null: the origin of each request's URL. */
  publicUrls: string[] | null
  dpop: DpopSettings
  clientCertificate: (request: object) => ClientCertificate | Promise<ClientCertificate>
  now: () => number
}

export type DpopSettings = ProofRules & {
  /** Whether the options speak of it, so that a challenge does too. */
  isOffered: boolean
  required: boolean
  seen: DpopOptions['seen']
  /** Null where proofs need none. */
  nonces: Nonces | null
}

/** The checks of a request, whichever issuer its token comes from; by issuer, how to ask it. */
export type Guarded = ApiSettings & { issuers: ReadonlyMap<string, GuardSettings> }

/** From here on the denylist in KV is fresh enough: it shows a change within about a minute. */
export const DENYLIST_STALENESS = 60
