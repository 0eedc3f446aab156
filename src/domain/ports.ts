import type { JobStateStore } from './job.ts'
import type { Administrator } from './administrator.ts'
import type { Api, Role } from './api.ts'
import type { AuditAction, AuditEvent, LedgerHead } from './audit.ts'
import type { Client } from './client.ts'
import type { Credential, TokenFacts } from './credential.ts'
import type { Denylist, DenylistOutbox } from './denylist-ports.ts'
import type { FailureCounts } from './failure-limit.ts'
import type { IdempotencyRecords, KeyedHashes } from './idempotency.ts'
import type { KeyChecks } from './key-check.ts'
import type { KeyUses, KeyVersions } from './key-use.ts'
import type { Write } from './ledger.ts'
import type { Permission } from './permission.ts'
import type { Mailer, Reminders } from './reminder-ports.ts'
import type { Verifier } from './secret.ts'
import type { Sessions } from './session.ts'
import type { SealedTexts, Seals, SignedTexts } from './seal-ports.ts'
import type { SettingProblem } from './setting.ts'
import type { Sightings } from './sightings.ts'
import type { SignInBy } from './sign-in.ts'
import type { Algorithm } from './signing-key.ts'
import type { KeyMemory, Signing } from './signing-ports.ts'
import type { ClientStatus } from './status.ts'
import type { Seconds } from './time.ts'
import type { TokenReference } from './token.ts'
import type { TokenCounts } from './token-counts.ts'
import type { Anchors, HealthProbes, SearchIndex } from './upkeep-ports.ts'

/** The log that orders every change. A change commits only if nothing was committed since it looked. */
export interface Ledger {
  head(): Promise<LedgerHead>
  /**
   * All in one transaction; false when another change came first or another has the lease, and nothing
   * happened. `leaseId` is what `lease` was given.
   */
  commit(
    head: LedgerHead,
    events: AuditEvent[],
    writes: Write[],
    leaseId: string | null,
  ): Promise<boolean>
  /** Takes a lease on the head, for a few seconds: until then, or its commit, no other change commits. */
  lease(leaseId: string): Promise<void>
}

export interface CredentialReads {
  /** The token endpoint's one statement. */
  forToken(
    keyId: string,
    algorithm: Algorithm,
    now: Seconds,
  ): Promise<{
    credential: Credential | null
    activeKid: string | null
    /** Whether a key of the algorithm lacks: the one that signs, or the standby. */
    lacksKey: boolean
    shut: boolean
  }>
  /** A caller's secret and the tokens it speaks of, in one statement. */
  withTokens(
    keyId: string | null,
    tokens: (TokenReference | null)[],
  ): Promise<{ credential: Credential | null; tokens: TokenFacts[]; shut: boolean }>
  /** Whether a token was revoked by itself. */
  isRevoked(jti: string): Promise<boolean>
  /** Notes that a secret was used: off the path of the answer, at most once a minute. */
  noteUse(secretId: string, now: Seconds): Promise<void>
  /** Notes that a client got a token, likewise. */
  noteToken(clientId: string, now: Seconds): Promise<void>
  /** Replaces a keyed hash under an older pepper. */
  rehash(secretId: string, verifier: Verifier): Promise<void>
}

/** `attention`: who needs a person first. */
export type ClientSort = 'name' | '-created_at' | 'expires_at' | 'attention'
export type PagePosition = [key: string | number, id: number]
export type Page<T> = { items: T[]; next: PagePosition | null }

export type ClientQuery = {
  status: ClientStatus | null
  q: string | null
  sort: ClientSort
  limit: number
  after: PagePosition | null
}

export interface Clients {
  find(clientId: string): Promise<Client | null>
  list(query: ClientQuery, now: Seconds): Promise<Page<Client>>
  /** How many clients have each status. */
  counts(now: Seconds): Promise<Record<ClientStatus, number>>
  /** How many of its tokens are revoked by themselves and would still be alive. */
  revokedTokens(clientId: string, now: Seconds): Promise<number>
  /** Drops revoked tokens that have expired; how many. */
  forgetExpiredTokens(now: Seconds, limit: number): Promise<number>
  /** Brings the list's index up to date for rows whose time has come; how many. */
  settle(now: Seconds, limit: number): Promise<number>
}

export interface Apis {
  find(apiId: string): Promise<Api | null>
  list(limit: number, after: PagePosition | null): Promise<Page<Api>>
  /** Those that have one of these audiences. */
  findByAudiences(audiences: string[]): Promise<Api[]>
  /** Whether a given client has a permission on it, or a client with one on Portcullis itself. */
  holders(apiId: string, clientId: string): Promise<{ byItself: boolean; byPowerful: boolean }>
  /** Its permissions that a client or role has. */
  permissionsInUse(apiId: string): Promise<string[]>
  /** Of the given permissions those that no API knows. */
  unknown(permissions: Permission[]): Promise<Permission[]>
  /** Anyone with a permission on it whose token weighs more than `weightMax` with this audience. */
  overfullHolder(
    apiId: string,
    audience: string,
    weightMax: number,
  ): Promise<Pick<Client, 'clientId' | 'name'> | null>
}

export interface Roles {
  find(roleId: string): Promise<Role | null>
  findMany(roleIds: string[]): Promise<Role[]>
  list(limit: number, after: PagePosition | null): Promise<Page<Role>>
  /** Whether anyone holds it, a given client does, or a client with a permission on Portcullis itself. */
  holders(
    roleId: string,
    clientId: string,
  ): Promise<{ any: boolean; byItself: boolean; byPowerful: boolean }>
  /** Anyone who holds it and whose token weighs more than `weightMax` once it gives these permissions. */
  overfullHolder(
    roleId: string,
    permissions: Permission[],
    weightMax: number,
  ): Promise<Pick<Client, 'clientId' | 'name'> | null>
}

export interface Administrators {
  find(administratorId: string): Promise<Administrator | null>
  findByEmail(email: string): Promise<Administrator | null>
  /** By address. */
  list(limit: number, after: PagePosition | null): Promise<Page<Administrator>>
  /** Those with `manage`, the longest-standing first. */
  managers(limit: number): Promise<Administrator[]>
  /** Of these addresses those that were never let in. */
  neverConfigured(emails: string[]): Promise<string[]>
}

export type AuditQuery = {
  clientId: string | null
  action: AuditAction | null
  limit: number
  after: number | null
}

export interface AuditEvents {
  list(query: AuditQuery): Promise<AuditEvent[]>
  /** In the order in which they happened, after `seq`. */
  since(seq: number, limit: number): Promise<AuditEvent[]>
  /** The seals of these events. */
  seals(seqs: number[]): Promise<Map<number, string>>
  /** What people call clients, administrators, APIs and roles, by their ids; without what is gone. */
  names(ids: string[]): Promise<Map<string, string>>
}

export interface SecretVerifiers {
  make(keyId: string, secret: string): Promise<Verifier>
  /** Whether the secret is the one behind the verifier; for null the same work is done, in vain. */
  matches(secret: string, verifier: Verifier | null): Promise<boolean>
  isOutdated(verifier: Verifier): boolean
}
/** Random text of `length` base62 characters. */
export type RandomText = (length: number) => string

type Parts = FailureCounts & Signing

/** All that an action may touch. Each takes only what it needs of it. */
export type Deps = Parts & {
  issuer: string
  /** Whether configuration names the issuer; else it is the address that happened to be called. */
  issuerGiven: boolean
  algorithm: Algorithm
  bootstrapTokenMatches: (token: string) => Promise<boolean>
  /** What a session that the bootstrap token opened says of it; null where there is none. */
  bootstrapMark: () => Promise<string | null>
  bootstrapMarkHolds: (mark: string) => Promise<boolean>
  now: () => Seconds
  random: RandomText
  /** Work that the answer does not wait for. */
  defer: (work: () => Promise<unknown>) => void
  /** Waits a random while, longer with each attempt. */
  backOff: (attempt: number) => Promise<void>
  ledger: Ledger
  seals: Seals
  credentials: CredentialReads
  clients: Clients
  apis: Apis
  roles: Roles
  auditEvents: AuditEvents
  idempotencyRecords: IdempotencyRecords
  keyedHashes: KeyedHashes
  tokenCounts: TokenCounts
  administrators: Administrators
  /** Addresses that have `manage` from the start. */
  configuredAdministrators: string[]
  signInBy: SignInBy
  /** Settings that are wrong and stop no token. */
  settingProblems: SettingProblem[]
  reminders: Reminders
  /** How long before its end a secret is reminded of. */
  reminderLead: Seconds
  mailer: Mailer
  jobStates: JobStateStore
  searchIndex: SearchIndex
  anchors: Anchors
  /** How old a signing key becomes before the next one signs. */
  signingKeyAge: Seconds
  /** How long a standby is published before it may sign. */
  signingKeyLead: Seconds
  keyMemory: KeyMemory
  verifiers: SecretVerifiers
  outbox: DenylistOutbox
  denylist: Denylist
  probes: HealthProbes
  keyChecks: KeyChecks
  keyUses: KeyUses
  /** The versions that are configured. */
  keyVersions: KeyVersions[]
  cursors: SignedTexts
  /** What a browser shows for its session. */
  sessionCookies: SignedTexts
  sessions: Sessions
  /** What a sign-in that is under way must come back with. */
  signIns: SignedTexts
  /** Goes with a session into each form, so that no other site can have it posted. */
  formTokens: SignedTexts
  /** What a form has done, to be told on the page behind it. */
  flashes: SignedTexts
  /** A form whose session had ended, while its person signs in. */
  keptForms: SealedTexts
  /** Tells the log of something that failed on our side, and where. */
  logProblem: (error: unknown, where: string) => void
  /** Tells the log of what somebody should look at; nothing secret is in it. */
  logWarning: (warning: { event: string } & Record<string, unknown>) => void
  sightings: Sightings
  /** How many bytes the database may grow to. */
  databaseLimit: number
  /** Whether the host brings a clock of its own, which is not compared with the database's. */
  hasOwnClock: boolean
  /** While the server is closed for maintenance no client gets in. */
  closed: boolean
}
