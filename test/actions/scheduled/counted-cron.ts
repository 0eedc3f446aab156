import { env } from 'cloudflare:workers'
import type { Job } from '../../../src/actions/scheduled/job.ts'
import type { RunDeps } from '../../../src/actions/scheduled/run-scheduled-jobs.ts'
import { keyChecksOf } from '../../../src/crypto/key-checks.ts'
import { readKeyRing } from '../../../src/crypto/key-ring.ts'
import { parseKeySet } from '../../../src/crypto/key-set-parser.ts'
import { secretVerifiers } from '../../../src/crypto/secret-verifiers.ts'
import { remoteKeys } from '../../../src/outbound/remote-keys.ts'
import { d1Issuers } from '../../../src/storage/federation/issuers.ts'
import { d1KeySets } from '../../../src/storage/keys/key-sets.ts'
import { randomText } from '../../../src/crypto/random.ts'
import { auditSeals, signedTexts } from '../../../src/crypto/seals.ts'
import { treeKeys } from '../../../src/crypto/tree-keys.ts'
import { signingWith } from '../../../src/crypto/signing.ts'
import { budgetOf } from '../../../src/domain/budget.ts'
import type { JobState } from '../../../src/domain/job.ts'
import type {
  EventDelivery,
  EventMessage,
  EventsWebhook,
} from '../../../src/domain/events-webhook.ts'
import type { Delivery } from '../../../src/domain/mail.ts'
import { DAY, MINUTE } from '../../../src/domain/time.ts'
import { d1Administrators } from '../../../src/storage/administrators/administrators.ts'
import { d1Clients } from '../../../src/storage/clients/clients.ts'
import { d1SearchIndex } from '../../../src/storage/clients/search-index.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { d1DenylistOutbox } from '../../../src/storage/denylist/denylist-outbox.ts'
import { kvDenylist } from '../../../src/storage/denylist/denylist.ts'
import { keyMemory } from '../../../src/storage/keys/key-memory.ts'
import { d1HashedRows } from '../../../src/storage/keys/hashed-rows.ts'
import { d1KeyUses } from '../../../src/storage/keys/key-uses.ts'
import { d1EventStreams } from '../../../src/storage/streams/event-streams.ts'
import { sealedTexts } from '../../../src/crypto/sealed-texts.ts'
import { d1SigningKeys } from '../../../src/storage/keys/signing-keys.ts'
import { kvAnchors } from '../../../src/storage/ledger/anchors.ts'
import { eventCopies } from '../../../src/outbound/events/checkpoint-events.ts'
import { d1AuditTree } from '../../../src/storage/ledger/audit-tree.ts'
import { bucketCopies } from '../../../src/storage/ledger/checkpoint-bucket.ts'
import { d1AuditEvents } from '../../../src/storage/ledger/audit-events.ts'
import { d1IdempotencyRecords } from '../../../src/storage/ledger/idempotency-records.ts'
import { d1Ledger } from '../../../src/storage/ledger/ledger.ts'
import { d1Reminders } from '../../../src/storage/reminders/reminders.ts'
import { d1UnusedSecrets } from '../../../src/storage/reminders/unused-secrets.ts'
import { healthProbes } from '../../../src/storage/upkeep/health-probes.ts'
import { d1JobStates } from '../../../src/storage/upkeep/job-states.ts'
import { countedIn } from '../../../src/storage/upkeep/operation-count.ts'
import { d1StatusLists } from '../../../src/storage/status/status-lists.ts'
import { d1DueNotices } from '../../../src/storage/upkeep/due-notices.ts'
import { d1TokenCounts } from '../../../src/storage/upkeep/token-counts.ts'
import { faultyD1, faultyKv } from '../../doubles/faults.ts'
import { nameOfLog } from '../../support/log-name.ts'
import { ISSUER, type TestServer } from '../../support/server.ts'

// The cron's deps on real D1 and KV. Operations are counted twice: as the server counts them, and at
// the bindings.

export const [wrappingKey, auditKey] = [
  readKeyRing('WRAPPING_KEY', env.WRAPPING_KEY),
  readKeyRing('AUDIT_KEY', env.AUDIT_KEY),
]

export const pepper = readKeyRing('PEPPER', env.PEPPER)
const ownKeys = keyChecksOf(pepper, wrappingKey, auditKey)

const RULES = { days: [30], recipients: [] }

/** Every issuer publishes this. */
const published = (url: string) => ({
  issuer: url.replace('/.well-known/openid-configuration', ''),
  jwks_uri: 'https://keys.example',
  keys: [],
})

function countedOutlets(
  deduplicates: boolean,
  delivery: () => Delivery,
  sendEvent: EventsWebhook['send'],
) {
  const [count, made] = [{ made: 0 }, { atBindings: 0 }]
  const plan = ({ texts }: { texts: string[] }) => {
    made.atBindings += texts.length
    return null
  }
  const send = async () => {
    made.atBindings += 1
    return delivery()
  }
  const mailer = { name: 'webhook' as const, missing: null, deduplicates, send }
  const readJson = async (url: string) => {
    made.atBindings += 1
    return { json: published(url), freshFor: MINUTE }
  }
  const [db, kv] = [openDatabase(faultyD1(env.DB, plan)), faultyKv(env.DENYLIST, plan)]
  const eventsWebhook: EventsWebhook = {
    format: 'standard',
    host: 'events.example',
    async send(message) {
      made.atBindings += 1
      return sendEvent(message)
    },
  }
  const pusher = {
    async send() {
      made.atBindings += 1
      return { outcome: 'failed', detail: 'status 500' } as const
    },
  }
  const bucket = {
    async put() {
      made.atBindings += 1
    },
  } as unknown as R2Bucket
  const outlets = countedIn(count)({
    db,
    kv,
    mailer,
    eventsWebhook,
    pusher,
    readJson,
    bucket,
    gates: null,
  })
  return { ...outlets, count, made }
}

/** `mail.delivery`: what the mail provider answers; `mail.ofEvent`: what the receiver of events does; `deduplicates`: whether it discards repeats. */
export function countedCron(
  server: TestServer,
  fields: Partial<RunDeps> = {},
  deduplicates = false,
) {
  const mail = {
    delivery: { outcome: 'accepted' } as Delivery,
    ofEvent: (_message: EventMessage): EventDelivery => ({ outcome: 'accepted' }),
  }
  const { db, kv, mailer, eventsWebhook, pusher, readJson, bucket, count, made } = countedOutlets(
    deduplicates,
    () => mail.delivery,
    async (message) => mail.ofEvent(message),
  )
  const now = () => server.clock.now
  const keySets = d1KeySets(db)
  const verifiers = secretVerifiers(pepper)
  const deps = {
    now,
    mailer,
    eventsWebhook,
    securityEvents: null as RunDeps['securityEvents'],
    outboundUrlProblem: () => null,
    issuer: ISSUER,
    dueNotices: d1DueNotices(db),
    random: randomText,
    backOff: async () => {},
    gates: null,
    answerAfter: () => {},
    ledger: d1Ledger(db, ISSUER, ownKeys),
    seals: auditSeals(auditKey),
    clients: d1Clients(db, ISSUER),
    auditEvents: d1AuditEvents(db),
    auditTree: d1AuditTree(db),
    treeKeys: treeKeys(wrappingKey),
    treeOrigin: 'auth.example',
    checkpointCopies: [
      ...(bucket ? [bucketCopies(bucket, 'auth.example')] : []),
      ...(eventsWebhook ? [eventCopies(eventsWebhook)] : []),
    ],
    checkpointMail: 'auditor@example.com',
    idempotencyRecords: d1IdempotencyRecords(db),
    tokenCounts: d1TokenCounts(db),
    administrators: d1Administrators(db),
    configuredAdministrators: [],
    reminders: d1Reminders(db, RULES),
    reminderDays: RULES.days,
    unusedSecrets: d1UnusedSecrets(db, RULES),
    unusedSecretDays: null,
    jobStates: d1JobStates(db),
    searchIndex: d1SearchIndex(db),
    statusListBase: `${ISSUER}/oauth/status-lists`,
    statusLists: d1StatusLists(db),
    anchors: kvAnchors(kv, signedTexts(auditKey, 'anchor'), nameOfLog()),
    algorithm: 'ES256' as const,
    signingKeyAge: 90 * DAY,
    signingKeyLead: DAY,
    keyMemory: keyMemory(),
    ...signingWith(d1SigningKeys(db), { issuer: ISSUER, wrappingKey, now, tell: () => {} }),
    outbox: d1DenylistOutbox(db),
    denylist: kvDenylist(kv),
    keyUses: d1KeyUses(db),
    keyVersions: [],
    hashedRows: d1HashedRows(db),
    issuers: d1Issuers(db),
    verifiers,
    keySets,
    remoteKeys: remoteKeys({ readJson, parseKeySet, keySets, verifiers, logWarning: () => {} }),
    probes: healthProbes(db, kv),
    logProblem: () => {},
    logWarning: () => {},
    metrics: null,
    settingProblems: [],
    databaseLimit: 1e9,
    hasOwnClock: true,
    closed: false,
    operationsMade: () => count.made,
    ...fields,
  }
  /** Streams of security events, switched on. */
  const streams = {
    audience: `${ISSUER}/ssf`,
    signing: signingWith(
      d1SigningKeys(db, 'event_keys'),
      { issuer: ISSUER, wrappingKey, now, tell: () => {} },
      'secevent+jwt',
    ),
    streams: d1EventStreams(db),
    sealed: sealedTexts(wrappingKey, 'stream'),
    pusher,
  }
  return { deps, mail, count, made, streams }
}

/**
 * Runs a job that has so much budget left; returns what is left then, by the server's count and by
 * that at the bindings.
 */
export async function runWith(
  left: number,
  job: Pick<Job, 'run'>,
  { deps, count, made }: ReturnType<typeof countedCron>,
  jobStates: Record<string, JobState> = {},
) {
  const before = { counted: count.made, atBindings: made.atBindings }
  const budget = budgetOf(left + before.counted, () => count.made)
  const states = new Map(Object.entries(jobStates))
  const { seq: headSeq } = await d1Ledger(openDatabase(env.DB), ISSUER, ownKeys).head()
  const run = { now: deps.now(), jobStates: states, updates: new Map(), budget, headSeq }
  await job.run(deps, run)
  return { left: budget.left(), atBindings: left - (made.atBindings - before.atBindings) }
}
