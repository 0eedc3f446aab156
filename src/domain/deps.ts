import type { DueNotices } from './due-notices.ts'
import type { SecurityEvents } from './event-stream.ts'
import type { EventsWebhook } from './events-webhook.ts'
import type { Mailer } from './mail.ts'
import type { KeySets, ParseKeySet, RemoteKeys } from './remote-keys.ts'
import type { Reminders } from './reminders.ts'
import type { Administrators } from './administrator.ts'
import type { AssertionVerifier, VerificationKeyReads } from './assertion.ts'
import type { Anchors } from './anchor.ts'
import type { CertificateReader, CertificateReads } from './certificate.ts'
import type { Apis, Roles } from './api.ts'
import type { AuditEvents } from './audit.ts'
import type { AuditTree, CheckpointCopies, TreeKeys } from './audit-tree.ts'
import type { HealthProbes } from './backlog.ts'
import type { Catalogue } from './catalogue.ts'
import type { Clients, SearchIndex } from './clients.ts'
import type { CredentialReads, TokenReads } from './credential.ts'
import type { Denylist, DenylistOutbox } from './denylist.ts'
import type { FailureCounts } from './failure-limit.ts'
import type { Gates } from './gate.ts'
import type { IdempotencyRecords, KeyedHashes } from './idempotency.ts'
import type { JobStateStore } from './job.ts'
import type { KeyChecks } from './key-check.ts'
import type { Nonces, ProofVerifier } from './dpop.ts'
import type { HashedRows } from './keyed-hash.ts'
import type { KeyUses, KeyVersions } from './key-use.ts'
import type { Issuers, TrustReads } from './federation.ts'
import type { WorkloadTokens } from './workload-token.ts'
import type { Policy } from './policy.ts'
import type { PublicKeyReader } from './public-key.ts'
import type { Ledger } from './ledger.ts'
import type { Lookups } from './lookup.ts'
import type { Members } from './member.ts'
import type { SealedTexts, Seals, SignedTexts } from './seal.ts'
import type { SecretVerifiers } from './secret.ts'
import type { Sessions } from './session.ts'
import type { SettingProblem } from './setting.ts'
import type { Learn } from './request-facts.ts'
import type { Metrics } from './metrics.ts'
import type { RefusalLog } from './refusal-log.ts'
import type { SignInBy } from './sign-in.ts'
import type { ListCopies, StatusLists } from './status-list.ts'
import type { Algorithm } from './signing-key.ts'
import type { KeyMemory, Signing } from './signing.ts'
import type { Seconds } from './time.ts'
import type { TokenCounts } from './token-counts.ts'
import type { UnusedSecrets } from './unused-secret.ts'

/** Random text of `length` base62 characters. */
export type RandomText = (length: number) => string

type Parts = FailureCounts & Signing

/** Everything that an action may use. Each action takes only the members it needs. */
export type Deps = Parts & {
  issuer: string
  /** Whether the issuer is configured; otherwise it is derived from the address that was called. */
  issuerGiven: boolean
  algorithm: Algorithm
  bootstrapTokenMatches: (token: string) => Promise<boolean>
  /**
   * The bootstrap token's mark in a session that it opened; null if there is no bootstrap token.
   */
  bootstrapMark: () => Promise<string | null>
  bootstrapMarkHolds: (mark: string) => Promise<boolean>
  now: () => Seconds
  random: RandomText
  /** Runs work that the answer does not wait for. */
  defer: (work: () => Promise<unknown>) => void
  /** Holds the answer back until this is done; it goes on at once, and must not fail. */
  answerAfter: (work: Promise<void>) => void
  /** Adds to what is known of the request, for the log and the metrics. */
  learn: Learn
  /** Waits for a random time that grows with each attempt. */
  backOff: (attempt: number) => Promise<void>
  ledger: Ledger
  seals: Seals
  credentials: CredentialReads
  /** Answered by gates where there are any, else by the database. Never for what a change is decided by. */
  tokenReads: TokenReads
  /** Null where there are none. */
  gates: Gates | null
  clients: Clients
  lookups: Lookups
  apis: Apis
  roles: Roles
  catalogue: Catalogue
  auditEvents: AuditEvents
  auditTree: AuditTree
  treeKeys: TreeKeys
  /** The name of the audit tree in its checkpoints. */
  treeOrigin: string
  /** Where checkpoints go besides the database. */
  checkpointCopies: CheckpointCopies[]
  /** The address that gets the newest checkpoint once a day; null if none does. */
  checkpointMail: string | null
  idempotencyRecords: IdempotencyRecords
  keyedHashes: KeyedHashes
  tokenCounts: TokenCounts
  administrators: Administrators
  members: Members
  /** Addresses that have `manage` from the start. */
  configuredAdministrators: string[]
  signInBy: SignInBy
  /** Invalid settings that do not prevent issuing tokens. */
  settingProblems: SettingProblem[]
  policy: Policy
  reminders: Reminders
  /** How many days before a credential ends people are reminded of it; 0: once it has ended. */
  reminderDays: number[]
  /** Addresses that get every reminder and have no rights. */
  reminderRecipients: string[]
  unusedSecrets: UnusedSecrets
  /** After how many days without use a secret is ended; null: never. */
  unusedSecretDays: number | null
  mailer: Mailer
  jobStates: JobStateStore
  searchIndex: SearchIndex
  /** Where events are sent; null while events are off. */
  eventsWebhook: EventsWebhook | null
  /** Streams of security events; null while they are off. */
  securityEvents: SecurityEvents | null
  dueNotices: DueNotices
  anchors: Anchors
  /** The age at which a signing key is rotated. */
  signingKeyAge: Seconds
  /** How long a standby is published before it may sign. */
  signingKeyLead: Seconds
  keyMemory: KeyMemory
  /** Where the status lists are published, without a list's id; null while they are off. */
  statusListBase: string | null
  statusLists: StatusLists
  listCopies: ListCopies
  verifiers: SecretVerifiers
  assertions: AssertionVerifier
  verificationKeys: VerificationKeyReads
  publicKeyReader: PublicKeyReader
  issuers: Issuers
  trust: TrustReads
  workloadTokens: WorkloadTokens
  parseKeySet: ParseKeySet
  /** The keys that others publish, and where they are stored. */
  remoteKeys: RemoteKeys
  /** Says what is wrong with a URL that others chose to be fetched; null if nothing is. */
  outboundUrlProblem: (url: string) => string | null
  keySets: KeySets
  certificates: CertificateReads
  certificateReader: CertificateReader
  /** The host on which callers present certificates; null if there is none. */
  mtlsHost: string | null
  proofs: ProofVerifier
  /** The nonces of proofs at the token endpoint; null where proofs need none. */
  nonces: Nonces | null
  /** Whether this is the secret of the proxy in front, which then reports certificates; null if none does. */
  provesProxy: ((secret: string) => Promise<boolean>) | null
  outbox: DenylistOutbox
  denylist: Denylist
  probes: HealthProbes
  keyChecks: KeyChecks
  keyUses: KeyUses
  /** The configured versions of each key. */
  keyVersions: KeyVersions[]
  hashedRows: HashedRows
  cursors: SignedTexts
  /** The cookie by which a browser presents its session. */
  sessionCookies: SignedTexts
  sessions: Sessions
  /** The state that a sign-in in progress must return with. */
  signIns: SignedTexts
  /** Ties each form to its session, so that no other site can have it posted. */
  formTokens: SignedTexts
  /** The result of a form, shown once on the page after it. */
  flashes: SignedTexts
  /** A form whose session had ended, kept while its user signs in. */
  keptForms: SealedTexts
  /** Logs a failure on our side, and where it happened. */
  logProblem: (error: unknown, where: string) => void
  /** Logs something that deserves attention; contains nothing secret. */
  logWarning: (warning: { event: string } & Record<string, unknown>) => void
  refusalLog: RefusalLog
  /** Measurements; null where nothing takes them. */
  metrics: Metrics | null
  /** The database's maximum size in bytes. */
  databaseLimit: number
  /** Whether the host brings its own clock, which is not compared with the database's. */
  hasOwnClock: boolean
  /** While the server is closed for maintenance, no client gets in. */
  closed: boolean
}
