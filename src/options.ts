import { type ApiDocs, readApiDocs } from './domain/api-docs.ts'
import type { CheckpointConfig } from './domain/checkpoint-copies.ts'
import type { EventsConfig, StreamOptions } from './domain/events-webhook.ts'
import { type GateOptions, readGateLease } from './domain/gate-options.ts'
import type { GroupBindings } from './domain/group-access.ts'
import { readIssuer } from './domain/issuer-url.ts'
import { readMtlsHost } from './domain/mtls-host.ts'
import { type Policy, type PolicyOptions, readPolicy } from './domain/policy.ts'
import { type ReminderSettings, readReminderOptions } from './domain/reminder-options.ts'
import { WrongSetting } from './domain/setting.ts'
import type { AccessBindings } from './domain/sign-in.ts'
import { ALGORITHMS, type Algorithm, isAlgorithm, readLeadHours } from './domain/signing-key.ts'
import { DAY, HOUR, type Seconds } from './domain/time.ts'
import { FAILURE_LIMITS, type FailureLimits } from './storage/upkeep/failure-counts.ts'
import type { GateBinding } from './storage/gates/gate-binding.ts'
import type { MetricsBinding } from './storage/upkeep/metrics.ts'
import { connectingAddress } from './web/client-address.ts'

/** The bindings and secrets that the server needs from the Worker's environment. */
export type AuthServerBindings = {
  /** D1, with the migrations of this package applied: the source of truth. */
  database: D1Database
  /** KV: the clients and tokens that are cut off, for resource servers at the edge. */
  denylist: KVNamespace
  /**
   * Hashes client secrets. This and the three keys below look like `1:<random>`, each of at least
   * 32 characters; in a rotation, `2:<new>,1:<old>`: the first makes new values, all read old ones.
   */
  pepper: string
  /** Wraps the signing keys in D1. */
  wrappingKey: string
  /** Seals the audit log, signs its anchors in KV, and hashes idempotency keys. */
  auditKey: string
  /** Signs page cursors, the console's sessions, and its forms. */
  cookieKey: string
  /** Full administration, for day one and break-glass; at least 32 characters. Off if left out. */
  bootstrapToken?: string | undefined
  /** Addresses that have `manage` access from the start, comma-separated. */
  administrators?: string | undefined
  /** The OpenID provider where administrators sign in to the console. Set all three or none. */
  oidc?: OidcBindings | undefined
  /** The Cloudflare Access application in front of the console. Set both or none. */
  access?: AccessBindings | undefined
  /** The groups of the identity provider that let people in, besides the administrators. */
  groups?: GroupBindings | undefined
  /** How reminders are sent. If missing or wrong, they go only to the log; health says so. */
  mail?: MailBindings | undefined
  /**
   * Takes measurements: a Workers Analytics Engine dataset, or anything with its `writeDataPoint`.
   * Nothing waits for it. docs/monitoring.md has the columns. Off if left out.
   */
  metrics?: MetricsBinding | undefined
  /** Durable Objects of the class `Gate`, which answer in D1's place; docs/gates.md. Off if left out. */
  gates?: GateBinding | undefined
  /** Where events go. Off without a URL; if wrong, events wait, and health says so. */
  events?: EventsConfig | undefined
  /** Where the checkpoints of the audit tree go besides the database. */
  checkpoints?: CheckpointConfig | undefined
  /** Proves the proxy that reports clients' certificates in headers; at least 32 characters. */
  clientCertificateProxySecret?: string | undefined
  /**
   * Binds the anchors of the audit log, besides `auditKey`, for a host that serves several issuers
   * on one database. @default the issuer
   */
  logName?: string | undefined
  /**
   * Closes the server for maintenance: no client gets a token, no token is active, and only people
   * administer. For restoring the database; see docs/operations.md. @default false
   */
  closed?: boolean | undefined
}

/** The provider's name for itself, and for this console. An empty text counts as none. */
export type OidcBindings = {
  /** Its issuer, letter for letter; the rest comes from its `/.well-known/openid-configuration`. */
  issuer?: string | undefined
  clientId?: string | undefined
  clientSecret?: string | undefined
}

/** One of `smtpUrl`, `webhookUrl` and `email`, and the sender of the mails. */
export type MailBindings = {
  /** An address, or `Name <address>`. */
  from?: string | undefined
  /** `smtp://user:password@host:587` (STARTTLS) or `smtps://user:password@host:465` (TLS). */
  smtpUrl?: string | undefined
  /** An https URL that takes messages as JSON, signed as https://www.standardwebhooks.com says. */
  webhookUrl?: string | undefined
  /** Signs messages to the webhook; at least 32 characters. */
  webhookSecret?: string | undefined
  /** Cloudflare's `send_email` binding. */
  email?: SendEmail | undefined
}

/** Read once, when the server is made; a wrong option is a TypeError that says which and why. */
export type AuthServerOptions<Env> = PolicyOptions &
  GateOptions &
  StreamOptions & {
    /** The issuer: an `https` URL without query, fragment or trailing slash (`http` on localhost). */
    issuer: string
    /** Finds the bindings in the environment. Called once for each environment. */
    bindings: (env: Env) => AuthServerBindings
    /** The algorithm that signs access tokens. @default 'ES256' */
    signingAlgorithm?: Algorithm | undefined
    /** Failed authentications allowed per minute. @default { perClient: 100, perAddress: 1000 } */
    failureLimits?: Partial<FailureLimits> | undefined
    /**
     * The address that a request comes from, for counting failures. By default Cloudflare's word: the
     * CF-Connecting-IP header, for IPv6 its /64 network, for a Worker's request with its zone. Off
     * Cloudflare all callers count as one: use a value that your own proxy sets, and callers cannot.
     */
    clientAddress?: ((request: Request) => string) | undefined
    /** The host on which Cloudflare asks clients for certificates, such as `mtls.example.com`. */
    mtlsHost?: string | undefined
    /** When people are reminded: up to 10 numbers of days before an end, 0 to 365. @default 14 */
    reminderDays?: number | readonly number[] | undefined
    /** Comma-separated addresses, at most 20, that get every reminder and have no rights. */
    reminderRecipients?: string | undefined
    /** After how many days without use a secret is ended, 8 to 3650. Off if left out. */
    unusedSecretDays?: number | undefined
    /** How many days a signing key signs before the next one takes over, 1 to 3650. @default 90 */
    signingKeyDays?: number | undefined
    /**
     * How many hours the next key is published before it may sign, 1 to 168: at least the longest
     * time that an API keeps the keys without asking again. @default 24
     */
    signingKeyLeadHours?: number | undefined
    /**
     * Whether the admin API refuses changes to what was not read before: changes of a resource with
     * an ETag need `If-Match`, else 428 (RFC 6585 §3). Cutting off access never does. @default false
     */
    requireIfMatch?: boolean | undefined
    /** Whether tokens have a place in a status list (docs/status-list.md). @default false */
    statusLists?: boolean | undefined
    /** Whether a proof must have a nonce that this server gave out (RFC 9449 §8). @default false */
    dpopNonce?: boolean | undefined
    /**
     * Shows the HTTP reference at `/admin/v1/docs`, to everyone: with Scalar's script from jsDelivr,
     * or from this URL if you serve it yourself. @default false
     */
    apiDocs?: boolean | string | undefined
    /**
     * How many megabytes the database may grow to, so that health warns before it is full: 10000 on
     * Cloudflare's paid plans, 500 on the Free plan. @default 10000
     */
    databaseLimitMb?: number | undefined
    /**
     * Lets the issuer be plain http on any host, so that containers can reach each other during
     * development: secrets and tokens cross the network readable by everyone. It also lets keys of
     * others be read by http from this machine. @default false
     */
    plainHttpInDevelopment?: boolean | undefined
    /** The time in whole seconds since 1970. @default the clock */
    now?: (() => Seconds) | undefined
  }

/** The options, each with a value. */
export type Settings<Env> = Readonly<
  {
    issuer: string
    bindings: (env: Env) => AuthServerBindings
    signingAlgorithm: Algorithm
    failureLimits: FailureLimits
    clientAddress: (request: Request) => string
    mtlsHost: string | null
    signingKeyAge: Seconds
    signingKeyLead: Seconds
    requireIfMatch: boolean
    dpopNonce: boolean
    securityEvents: boolean
    policy: Policy
    statusListBase: string | null
    gateLease: Seconds
    apiDocs: ApiDocs | null
    plainHttpInDevelopment: boolean
    /** In bytes. */
    databaseLimit: number
    now: () => Seconds
    hasOwnClock: boolean
  } & ReminderSettings
>

/**
 * The options with their defaults, checked once and frozen.
 * @throws TypeError that says which option is wrong and why
 */
export function readOptions<Env>(options: AuthServerOptions<Env>): Settings<Env> {
  const algorithm = options.signingAlgorithm ?? 'ES256'
  if (!isAlgorithm(algorithm)) {
    const message = `signingAlgorithm must be ${ALGORITHMS.join(' or ')}`
    throw new WrongSetting('SIGNING_ALGORITHM', message)
  }
  if (typeof options.bindings !== 'function') throw new TypeError('bindings must be a function')
  return Object.freeze({
    issuer: readIssuer(options.issuer, options.plainHttpInDevelopment ?? false),
    bindings: options.bindings,
    signingAlgorithm: algorithm,
    failureLimits: {
      perClient: readLimit('perClient', options.failureLimits),
      perAddress: readLimit('perAddress', options.failureLimits),
    },
    clientAddress: options.clientAddress ?? connectingAddress,
    mtlsHost: readMtlsHost(options.mtlsHost),
    ...readReminderOptions(options),
    signingKeyAge: readSigningKeyDays('signingKeyDays', options.signingKeyDays) * DAY,
    signingKeyLead: readLeadHours(options.signingKeyLeadHours) * HOUR,
    requireIfMatch: options.requireIfMatch ?? false,
    dpopNonce: options.dpopNonce ?? false,
    statusListBase: options.statusLists ? `${options.issuer}/oauth/status-lists` : null,
    securityEvents: options.securityEvents ?? false,
    policy: readPolicy(options, options.requireDpop ?? false, (read) => read()),
    gateLease: readGateLease('gateLeaseSeconds', options.gateLeaseSeconds),
    apiDocs: readApiDocs(options.apiDocs, options.issuer),
    plainHttpInDevelopment: options.plainHttpInDevelopment ?? false,
    databaseLimit: readDatabaseLimit(options.databaseLimitMb) * 1_000_000,
    now: options.now ?? (() => Math.floor(Date.now() / 1000)),
    hasOwnClock: options.now !== undefined,
  })
}

function readLimit(name: keyof FailureLimits, given: Partial<FailureLimits> = {}): number {
  const limit = given[name] ?? FAILURE_LIMITS[name]
  if (Number.isInteger(limit) && limit >= 1) return limit
  throw new TypeError(`failureLimits.${name} must be 1 or more`)
}

export const SIGNING_KEY_DAYS = 90
const SIGNING_KEY_DAYS_MAX = 3650

/** @throws WrongSetting */
export function readSigningKeyDays(as: string, days = SIGNING_KEY_DAYS): number {
  if (Number.isInteger(days) && days >= 1 && days <= SIGNING_KEY_DAYS_MAX) return days
  const message = `${as} must be a whole number of days from 1 to ${SIGNING_KEY_DAYS_MAX}`
  throw new WrongSetting('SIGNING_KEY_DAYS', message)
}

export const DATABASE_LIMIT_MB = 10_000

/** @throws WrongSetting */
export function readDatabaseLimit(megabytes = DATABASE_LIMIT_MB): number {
  if (Number.isInteger(megabytes) && megabytes >= 1) return megabytes
  const message = 'databaseLimitMb must be a whole number of megabytes, 1 or more'
  throw new WrongSetting('DATABASE_LIMIT_MB', message)
}
