import type { Mailer } from './mail.ts'
import type { Reminders } from './reminders.ts'
import type { Administrators } from './administrator.ts'
import type { Anchors } from './anchor.ts'
import type { Apis, Roles } from './api.ts'
import type { AuditEvents } from './audit.ts'
import type { HealthProbes } from './backlog.ts'
import type { Clients, SearchIndex } from './clients.ts'
import type { CredentialReads } from './credential.ts'
import type { Denylist, DenylistOutbox } from './denylist.ts'
import type { FailureCounts } from './failure-limit.ts'
import type { IdempotencyRecords, KeyedHashes } from './idempotency.ts'
import type { JobStateStore } from './job.ts'
import type { KeyChecks } from './key-check.ts'
import type { KeyUses, KeyVersions } from './key-use.ts'
import type { Ledger } from './ledger.ts'
import type { SealedTexts, Seals, SignedTexts } from './seal.ts'
import type { SecretVerifiers } from './secret.ts'
import type { Sessions } from './session.ts'
import type { SettingProblem } from './setting.ts'
import type { Sightings } from './sightings.ts'
import type { SignInBy } from './sign-in.ts'
import type { Algorithm } from './signing-key.ts'
import type { KeyMemory, Signing } from './signing.ts'
import type { Seconds } from './time.ts'
import type { TokenCounts } from './token-counts.ts'

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
