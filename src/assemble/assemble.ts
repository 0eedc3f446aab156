import { type Configured, keyVersionsOf } from '../bindings.ts'
import {
  bootstrapMarker,
  bootstrapMarkMatcher,
  bootstrapTokenMatcher,
} from '../crypto/bootstrap-token.ts'
import { certificateReader } from '../crypto/certificate-reader.ts'
import { assertionVerifier } from '../crypto/assertion-verifier.ts'
import { parseKeySet } from '../crypto/key-set-parser.ts'
import { keyChecksOf } from '../crypto/key-checks.ts'
import { keyedHashes } from '../crypto/keyed-hashes.ts'
import { publicKeyReader } from '../crypto/public-key-reader.ts'
import { knownCertificates } from '../crypto/known-certificates.ts'
import { proxyMatcher } from '../crypto/proxy-secret.ts'
import { randomText } from '../crypto/random.ts'
import { sealedTexts } from '../crypto/sealed-texts.ts'
import { auditSeals, signedTexts } from '../crypto/seals.ts'
import { secretVerifiers } from '../crypto/secret-verifiers.ts'
import { treeKeys } from '../crypto/tree-keys.ts'
import { verificationKeys } from '../crypto/verification-keys.ts'
import { rememberedTrust } from '../crypto/remembered-trust.ts'
import { workloadTokens } from '../crypto/workload-tokens.ts'
import { signingWith } from '../crypto/signing.ts'
import type { FailureCounts } from '../domain/failure-limit.ts'
import type { SettingProblem } from '../domain/setting.ts'
import { logFailure, logSettings, logWarning } from '../web/log.ts'
import { backOff } from '../web/back-off.ts'
import type { SharedDeps } from '../web/prepare.ts'
import { boundedRefusalLog } from '../web/refusal-log.ts'
import type { Settings } from '../options.ts'
import { eventCopies } from '../outbound/events/checkpoint-events.ts'
import { outboundUrlProblem } from '../outbound/outbound-url.ts'
import { remoteKeys } from '../outbound/remote-keys.ts'
import { d1Administrators } from '../storage/administrators/administrators.ts'
import { d1Members } from '../storage/administrators/members.ts'
import { kvAnchors } from '../storage/ledger/anchors.ts'
import { d1Apis } from '../storage/access/apis.ts'
import { d1Catalogue } from '../storage/access/catalogue.ts'
import { originOf } from '../domain/audit-tree.ts'
import { d1AuditTree } from '../storage/ledger/audit-tree.ts'
import { bucketCopies } from '../storage/ledger/checkpoint-bucket.ts'
import { d1AuditEvents } from '../storage/ledger/audit-events.ts'
import { d1JobStates } from '../storage/upkeep/job-states.ts'
import { d1Clients } from '../storage/clients/clients.ts'
import { d1Lookups } from '../storage/clients/lookups.ts'
import { d1CredentialReads } from '../storage/clients/credential-reads.ts'
import { kvDenylist } from '../storage/denylist/denylist.ts'
import { d1DenylistOutbox } from '../storage/denylist/denylist-outbox.ts'
import { healthProbes } from '../storage/upkeep/health-probes.ts'
import { d1IdempotencyRecords } from '../storage/ledger/idempotency-records.ts'
import { d1KeyChecks } from '../storage/keys/key-checks.ts'
import { d1KeySets } from '../storage/keys/key-sets.ts'
import { DPOP_ALGORITHMS, PROOF_MAX_AGE } from '../domain/dpop.ts'
import { noncesFrom } from '../dpop/nonces.ts'
import { verifyProof } from '../dpop/verify-proof.ts'
import { gatedReads, notedOnce } from '../storage/gates/gated-reads.ts'
import { gatesBehind } from '../storage/gates/gates.ts'
import { d1HashedRows } from '../storage/keys/hashed-rows.ts'
import { d1KeyUses } from '../storage/keys/key-uses.ts'
import { keyMemory } from '../storage/keys/key-memory.ts'
import { d1Ledger } from '../storage/ledger/ledger.ts'
import { measuredLedger } from '../storage/ledger/measured-ledger.ts'
import { datasetMetrics } from '../storage/upkeep/metrics.ts'
import type { Outlets } from '../storage/upkeep/operation-count.ts'
import { d1Reminders } from '../storage/reminders/reminders.ts'
import { d1UnusedSecrets } from '../storage/reminders/unused-secrets.ts'
import { d1Roles } from '../storage/access/roles.ts'
import { d1SearchIndex } from '../storage/clients/search-index.ts'
import { d1Sessions } from '../storage/administrators/sessions.ts'
import { d1Issuers } from '../storage/federation/issuers.ts'
import { d1Rules } from '../storage/federation/rules.ts'
import { d1EventStreams } from '../storage/streams/event-streams.ts'
import { d1SigningKeys } from '../storage/keys/signing-keys.ts'
import { cachedLists } from '../storage/status/list-copies.ts'
import { d1StatusLists } from '../storage/status/status-lists.ts'
import { d1DueNotices } from '../storage/upkeep/due-notices.ts'
import { d1TokenCounts } from '../storage/upkeep/token-counts.ts'
import { outletsOf, urlRulesOf } from './outlets.ts'

export type Given = {
  /** Whether configuration names the issuer; if not, it is the address that was called. */
  issuerGiven: boolean
  /** Problems with settings that were found before they became options. */
  settingProblems: SettingProblem[]
}

/** The parts of a server besides its settings. */
export type Around = FailureCounts &
  Given & {
    /** Settings already reported to the log. */
    told: Set<string>
  }

const PROOF_RULES = { algorithms: DPOP_ALGORITHMS, maxAge: PROOF_MAX_AGE }

/** The deps that the requests of one environment share. */
export function assemble(
  settings: Omit<Settings<never>, 'bindings'>,
  {
    bindings,
    keys,
    administrators,
    signInBy,
    events,
    checkpoints,
    gates,
    problems,
    ...secrets
  }: Configured,
  { told, ...around }: Around,
  wrap: (all: Outlets) => Outlets = (all) => all,
): SharedDeps {
  const { issuer } = settings
  const settingProblems = [...around.settingProblems, ...problems]
  logSettings(settingProblems, told)
  const urlRules = urlRulesOf(settings)
  const consoleAt = around.issuerGiven ? issuer : null
  const more = { events, bucket: checkpoints.bucket, consoleAt, gates }
  const outlets = outletsOf(settings, bindings, more)
  const { db, kv, mailer, eventsWebhook, pusher, readJson, bucket, gates: calls } = wrap(outlets)
  const ownKeys = keyChecksOf(keys.pepper, keys.wrappingKey, keys.auditKey)
  const verifiers = secretVerifiers(keys.pepper)
  const keySets = d1KeySets(db)
  const published = remoteKeys({ readJson, parseKeySet, keySets, verifiers, logWarning })
  const reads = d1CredentialReads(bindings.database, issuer)
  const credentials = calls ? notedOnce(reads) : reads
  const issuers = d1Issuers(db)
  const metrics = secrets.metrics
    ? datasetMetrics(secrets.metrics, () => logWarning({ event: 'metrics_failing' }))
    : null
  const ledger = d1Ledger(db, issuer, ownKeys)
  const signing = {
    issuer,
    wrappingKey: keys.wrappingKey,
    now: settings.now,
    tell: (problem: Error) => logFailure(problem, 'signing keys'),
  }
  const logName = bindings.logName ?? issuer
  const treeOrigin = originOf(logName)
  const rules = { days: settings.reminderDays, recipients: settings.reminderRecipients }
  return {
    issuer,
    algorithm: settings.signingAlgorithm,
    bootstrapTokenMatches: bootstrapTokenMatcher(secrets.bootstrapToken, keys.cookieKey),
    bootstrapMark: bootstrapMarker(secrets.bootstrapToken, keys.cookieKey),
    bootstrapMarkHolds: bootstrapMarkMatcher(secrets.bootstrapToken, keys.cookieKey),
    now: settings.now,
    random: randomText,
    backOff,
    ledger: metrics ? measuredLedger(ledger, metrics) : ledger,
    keyChecks: d1KeyChecks(db, ownKeys),
    keyUses: d1KeyUses(db),
    keyVersions: keyVersionsOf(keys),
    hashedRows: d1HashedRows(db),
    seals: auditSeals(keys.auditKey),
    credentials,
    tokenReads: calls ? gatedReads(credentials, calls, issuer) : credentials,
    gates: calls && gatesBehind(calls),
    clients: d1Clients(db, issuer),
    lookups: d1Lookups(db, issuer),
    apis: d1Apis(db, issuer),
    roles: d1Roles(db, issuer),
    catalogue: d1Catalogue(db, issuer),
    auditEvents: d1AuditEvents(db),
    auditTree: d1AuditTree(db),
    treeKeys: treeKeys(keys.wrappingKey),
    treeOrigin,
    checkpointCopies: [
      ...(bucket ? [bucketCopies(bucket, treeOrigin)] : []),
      ...(checkpoints.events && eventsWebhook ? [eventCopies(eventsWebhook)] : []),
    ],
    checkpointMail: checkpoints.mail,
    idempotencyRecords: d1IdempotencyRecords(db),
    keyedHashes: keyedHashes(keys.auditKey, 'idempotency'),
    tokenCounts: d1TokenCounts(db),
    administrators: d1Administrators(db),
    members: d1Members(db),
    configuredAdministrators: administrators,
    signInBy,
    policy: settings.policy,
    reminders: d1Reminders(db, rules),
    reminderDays: settings.reminderDays,
    reminderRecipients: settings.reminderRecipients,
    unusedSecrets: d1UnusedSecrets(db, rules),
    unusedSecretDays: settings.unusedSecretDays,
    mailer,
    eventsWebhook,
    securityEvents: settings.securityEvents
      ? {
          audience: `${issuer}/ssf`,
          signing: signingWith(d1SigningKeys(db, 'event_keys'), signing, 'secevent+jwt'),
          streams: d1EventStreams(db),
          sealed: sealedTexts(keys.wrappingKey, 'stream'),
          pusher,
        }
      : null,
    dueNotices: d1DueNotices(db),
    jobStates: d1JobStates(db),
    searchIndex: d1SearchIndex(db),
    anchors: kvAnchors(kv, signedTexts(keys.auditKey, 'anchor'), logName),
    signingKeyAge: settings.signingKeyAge,
    signingKeyLead: settings.signingKeyLead,
    keyMemory: keyMemory(),
    statusListBase: settings.statusListBase,
    statusLists: d1StatusLists(db),
    listCopies: cachedLists(),
    ...signingWith(d1SigningKeys(db), signing),
    verifiers,
    assertions: assertionVerifier(issuer),
    verificationKeys: verificationKeys(credentials, verifiers, published),
    publicKeyReader,
    issuers,
    trust: rememberedTrust({ issuers: () => issuers.list(), rules: d1Rules(db) }, verifiers),
    workloadTokens: workloadTokens(),
    remoteKeys: published,
    keySets,
    parseKeySet,
    outboundUrlProblem: (url) => outboundUrlProblem(url, urlRules),
    certificates: knownCertificates(credentials, verifiers),
    certificateReader,
    mtlsHost: settings.mtlsHost,
    proofs: { verify: (header, request, now) => verifyProof(header, request, PROOF_RULES, now) },
    nonces: settings.dpopNonce ? noncesFrom(keys.cookieKey.current.key) : null,
    provesProxy: proxyMatcher(secrets.proxySecret, keys.cookieKey),
    outbox: d1DenylistOutbox(db),
    denylist: kvDenylist(kv),
    ...around,
    settingProblems,
    probes: healthProbes(db, kv),
    cursors: signedTexts(keys.cookieKey, 'cursor'),
    sessionCookies: signedTexts(keys.cookieKey, 'session'),
    sessions: d1Sessions(db),
    signIns: signedTexts(keys.cookieKey, 'sign-in'),
    formTokens: signedTexts(keys.cookieKey, 'form'),
    flashes: signedTexts(keys.cookieKey, 'flash'),
    keptForms: sealedTexts(keys.cookieKey, 'kept-form'),
    logProblem: (error, where) => logFailure(error as Error, `cron ${where}`),
    logWarning,
    refusalLog: boundedRefusalLog(),
    metrics,
    databaseLimit: settings.databaseLimit,
    hasOwnClock: settings.hasOwnClock,
    closed: bindings.closed ?? false,
  }
}
