import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { quarantineClients } from '../../../src/actions/edge/quarantine-clients.ts'
import { QUARANTINE_OPERATIONS } from '../../../src/actions/edge/publish-denylist.ts'
import { findRunProblems } from '../../../src/actions/health/log-problems.ts'
import type { Job } from '../../../src/actions/scheduled/job.ts'
import type { RunDeps } from '../../../src/actions/scheduled/run-scheduled-jobs.ts'
import { JOBS } from '../../../src/actions/scheduled/jobs.ts'
import { OPERATIONS } from '../../../src/actions/scheduled/operations.ts'
import { readKeyRing } from '../../../src/crypto/key-ring.ts'
import { keyWrapping } from '../../../src/crypto/key-wrapping.ts'
import { secretVerifiers } from '../../../src/crypto/secret-verifiers.ts'
import { signingKeyMaker } from '../../../src/crypto/signing-key-maker.ts'
import { beginningAt } from '../../../src/domain/event-delivery.ts'
import type { EventDelivery, EventMessage } from '../../../src/domain/events-webhook.ts'
import type { JobState } from '../../../src/domain/job.ts'
import { type Algorithm, NEVER } from '../../../src/domain/signing-key.ts'
import { HOUR, MINUTE } from '../../../src/domain/time.ts'
import { ISSUER, type TestServer, testServer } from '../../support/server.ts'
import { administrators, DAY, manyDue, manyEnding, run } from '../observed-cron.ts'
import { putAnchor } from '../restored-world.ts'
import { countedCron, pepper, runWith, wrappingKey } from './counted-cron.ts'

// Each job with as much to do as one portion takes, and as much budget as it asks for.

type Cron = ReturnType<typeof countedCron>
type Prepared = {
  fields?: Partial<RunDeps>
  jobStates?: Record<string, JobState>
  /** Makes something happen while the job runs. */
  change?: (cron: Cron) => void
}

/** Three events, so that there is something before the end of the log. */
async function started(): Promise<TestServer> {
  const server = testServer()
  await server.api()
  await administrators(server, 2)
  return server
}

function jobNamed(name: string): Job {
  const job = JOBS.find((one) => one.name === name)
  if (!job) throw new Error(`no job ${name}`)
  return job
}

const garble = (...ids: string[]) =>
  Promise.all(ids.map((id) => env.DENYLIST.put(`client:${id}`, 'garbled')))
const suspend = (id: string) =>
  run('UPDATE portcullis_clients SET suspended_at = 1 WHERE client_id = ?', id)
const event = async (seq: number) => {
  const found = await env.DB.prepare('SELECT seq, seal FROM portcullis_audit_events WHERE seq = ?')
    .bind(seq)
    .first<{ seq: number; seal: string }>()
  return found ?? { seq, seal: '' }
}

/** A suspension of the first client comes between the first reading of the denylist and the rest. */
function suspendedInBetween({ deps }: Cron): void {
  const known = { ...deps.denylist }
  deps.denylist.readMany = async (ids) => {
    const shown = await known.readMany(ids)
    await suspend('ending_1')
    return shown
  }
}

/** Those to quarantine are in front. */
async function manyDueAndTwoToQuarantine(now: number): Promise<void> {
  await manyDue(60, now)
  await run('UPDATE portcullis_denylist_outbox SET unsettled_until = 1')
  await manyEnding(2, now)
  await run(`INSERT INTO portcullis_denylist_outbox (client_id, version)
    VALUES ('ending_1', 1), ('ending_2', 1)`)
  await garble('ending_1', 'ending_2')
}

async function addKey(
  algorithm: Algorithm,
  createdAt: number,
  activatesAt: number,
  table = 'portcullis_signing_keys',
): Promise<void> {
  const made = await signingKeyMaker(keyWrapping(wrappingKey)).make(algorithm)
  await run(
    `INSERT INTO ${table} (kid, algorithm, public_jwk, wrapped_key, created_at,
     activates_at) VALUES (?, ?, ?, ?, ?, ?)`,
    made.kid,
    algorithm,
    made.publicJwk,
    made.wrappedKey,
    createdAt,
    activatesAt,
  )
}

/** Another private key under its name: it proves itself, and cannot be used. */
async function spoilWaitingKeys(): Promise<void> {
  const waiting = 'SELECT kid FROM portcullis_signing_keys WHERE activates_at > unixepoch()'
  const { results } = await env.DB.prepare(waiting).all<{ kid: string }>()
  const how = { name: 'ECDSA', namedCurve: 'P-256' }
  for (const { kid } of results) {
    const pair = await crypto.subtle.generateKey(how, true, ['sign', 'verify'])
    const wrapped = await keyWrapping(wrappingKey).wrap((pair as CryptoKeyPair).privateKey, kid)
    await run('UPDATE portcullis_signing_keys SET wrapped_key = ? WHERE kid = ?', wrapped, kid)
  }
}

const eventsAt = (seq: number, since: number) => ({
  ranAt: since,
  position: beginningAt(seq, since),
})

const PREPARED: Record<string, (server: TestServer) => Promise<Prepared>> = {
  async anchor({ clock }) {
    await putAnchor('anchor:latest', { ...(await event(1)), at: clock.now - DAY })
    for (const n of [0, 1, 2]) await env.DENYLIST.put(`anchor:recent:${n}`, 'garbled')
    return { fields: { closed: true } }
  },
  async hold({ clock }) {
    await manyEnding(1000, clock.now)
    const ids = Array.from({ length: 1000 }, (_, n) => `ending_${n + 1}`)
    await garble(...ids)
    await suspend('ending_1')
    return { jobStates: { taken_back: { ranAt: clock.now - 5 * MINUTE, position: 'shut' } } }
  },
  async denylist({ clock }) {
    await manyDueAndTwoToQuarantine(clock.now)
    return { change: suspendedInBetween }
  },
  async retirements({ clock, client, adminOk }) {
    const { id } = await client()
    for (const _ of [2, 3, 4]) await adminOk('POST', `/clients/${id}/secrets`)
    const wanted = { activate: 'on_first_use', retire_others_in: 0 }
    await adminOk('POST', `/clients/${id}/secrets`, wanted)
    await run(
      'UPDATE portcullis_secrets SET last_used_at = ? WHERE retire_others_in = 0',
      clock.now,
    )
    return {}
  },
  async administrators() {
    const emails = [1, 2, 3, 4].map((n) => `new-${n}@example.com`)
    return { fields: { configuredAdministrators: emails } }
  },
  async signing_keys({ clock: { now } }) {
    await run('DELETE FROM portcullis_signing_keys')
    await addKey('RS256', now - 9 * DAY, now - 9 * DAY)
    for (let n = 1; n <= 5; n++) await addKey('ES256', now - 10 * DAY, now - n * DAY)
    await addKey('ES256', now - MINUTE, NEVER)
    await addKey('ES256', now - MINUTE, now + DAY)
    await spoilWaitingKeys()
    return { fields: { algorithm: 'RS256' } }
  },
  async key_sets() {
    for (const n of [1, 2, 3]) {
      await run(
        "INSERT INTO portcullis_key_sets (source, tried_at) VALUES ('issuer https://' || ?, 1)",
        n,
      )
      await run(
        `INSERT INTO portcullis_issuers (issuer_id, issuer, name, trust, digest, pepper_version,
        created_at, created_by, updated_at, version)
        VALUES ('iss_' || ?1, 'https://' || ?1, '', '{}', '', '', 1, '', 1, 1)`,
        n,
      )
    }
    return {}
  },
  async search({ clock }) {
    await manyEnding(2, clock.now)
    return {}
  },
  async reminders({ clock }) {
    await manyEnding(2, clock.now)
    return {}
  },
  async lists({ clock }) {
    await manyEnding(1001, clock.now)
    return {}
  },
  async unused_secrets({ clock, client }) {
    await client()
    await run(
      'UPDATE portcullis_secrets SET created_at = 1, unused_notice_at = 2, expires_at = ?',
      clock.now + DAY,
    )
    await run(`INSERT INTO portcullis_reminders (secret_id, email, expires_at, sending_at, days)
      SELECT 'unused:' || secret_id, 'ada@example.com', 1, 2, -1 FROM portcullis_secrets`)
    return { fields: { unusedSecretDays: 90 } }
  },
  async revoked_tokens() {
    await run("INSERT INTO portcullis_revoked_tokens VALUES ('old', 'client', 1)")
    return {}
  },
  async used_assertions() {
    await run("INSERT INTO portcullis_used_assertions VALUES ('old', 1)")
    return {}
  },
  async old_reminders() {
    await run(`INSERT INTO portcullis_reminders (secret_id, email, expires_at, due_at)
      VALUES ('old', 'ada@example.com', 1, NULL)`)
    return {}
  },
  async old_token_counts() {
    await run(`INSERT INTO portcullis_token_counts (day, client_id, outcome, count)
      VALUES (1, '*', 'old', 1)`)
    return {}
  },
  async old_idempotency() {
    await run(`INSERT INTO portcullis_idempotency_records (key_hash, request_hash, target_type,
      target_id, made_at) VALUES ('old', '', 'role', '', 1)`)
    return {}
  },
  async keys() {
    return {}
  },
  async hashes({ client, adminOk }) {
    const { id } = await client({}, { secret: null })
    await adminOk('POST', `/clients/${id}/certificates`, { san_dns: 'a.example' })
    const versions = ['2', ...pepper.versions.keys()]
    const ring = readKeyRing('PEPPER', `2:${'n'.repeat(32)},${env.PEPPER}`)
    return {
      fields: { keyVersions: [{ name: 'PEPPER', versions }], verifiers: secretVerifiers(ring) },
    }
  },
  async notices({ clock }) {
    await manyEnding(2, clock.now)
    return { jobStates: { events: eventsAt(0, clock.now - DAY) } }
  },
  async event_keys({ clock: { now } }) {
    await addKey('RS256', now - 50 * DAY, NEVER, 'portcullis_event_keys')
    await addKey('RS256', now - 100 * DAY, now - 100 * DAY, 'portcullis_event_keys')
    return { change: ({ deps, streams }) => void (deps.securityEvents = streams) }
  },
  async streams({ clock, client, api, suspend: cutOff }) {
    await api(`${ISSUER}/ssf`, 'ssf.manage')
    const { id } = await client({ [`${ISSUER}/ssf`]: 'ssf.manage' })
    await cutOff(await client())
    await addKey('RS256', clock.now - DAY, clock.now - DAY, 'portcullis_event_keys')
    const state = {
      endpointUrl: 'https://receiver.example',
      authorization: null,
      requested: null,
      excluded: [],
      acked: [],
      messages: [],
      failing: { since: clock.now - 8 * DAY, attempts: 1, detail: 'status 500' },
    }
    await run(
      'INSERT INTO portcullis_event_streams VALUES (?, ?, 0, 1, 1, ?)',
      'stream_1',
      id,
      JSON.stringify(state),
    )
    return { change: ({ deps, streams }) => void (deps.securityEvents = streams) }
  },
  async events({ clock }) {
    const refused = { since: 1, attempts: 1, retryAt: 1, refusedSince: clock.now - HOUR }
    const state = {
      ...eventsAt(0, clock.now),
      position: { ...eventsAt(0, 1).position, failing: refused },
    }
    await run(
      'INSERT INTO portcullis_chores VALUES (?, ?, ?)',
      'events',
      state.ranAt,
      JSON.stringify(state.position),
    )
    const refuse = ({ kind }: EventMessage): EventDelivery =>
      kind === 'test' ? { outcome: 'accepted' } : { outcome: 'refused', detail: 'status 400' }
    return { jobStates: { events: state }, change: ({ mail }) => void (mail.ofEvent = refuse) }
  },
  async reconciliation({ clock }) {
    await manyDue(1, clock.now)
    return {}
  },
  async verification({ clock }) {
    const lost = { seq: 1, seal: 'lost' }
    await putAnchor('anchor:latest', { ...lost, at: clock.now - DAY })
    await run(
      "INSERT INTO portcullis_chores VALUES ('lost_anchors', ?, ?)",
      clock.now,
      JSON.stringify([`${lost.seq}:${lost.seal}`]),
    )
    await run("UPDATE portcullis_audit_events SET seal = 'altered' WHERE seq = 2")
    return {}
  },
}

describe('a portion at its largest makes exactly the operations that its job asks for', () => {
  it.each(JOBS.map((job) => [job.name, job] as const))('%s', async (name, job) => {
    const server = await started()
    const prepared = await PREPARED[name]?.(server)
    const cron = countedCron(server, prepared?.fields)
    prepared?.change?.(cron)
    const seen = await runWith(job.operations, job, cron, prepared?.jobStates)
    expect(seen).toEqual({ left: 0, atBindings: 0 })
  })
})

describe('a further portion makes exactly the operations that it asks for', () => {
  it('of a quarantine, however many clients it affects', async () => {
    const server = await started()
    await manyEnding(300, server.clock.now)
    await suspend('ending_1')
    const known = new Map(Array.from({ length: 300 }, (_, n) => [`ending_${n + 1}`, 'garbled']))
    const quarantine = { run: (deps: RunDeps) => quarantineClients(deps, known as never) }
    const cron = countedCron(server)
    const seen = await runWith(QUARANTINE_OPERATIONS, quarantine as never, cron)
    expect(seen).toEqual({ left: 0, atBindings: 0 })
  })

  it.each([
    ['of the denylist', (now: number) => manyDue(60, now)],
    ['of the denylist, with a quarantine', manyDueAndTwoToQuarantine],
  ])('%s: all that is left, but for one minute in four', async (_, prepare) => {
    const server = await started()
    server.clock.now -= server.clock.now % (4 * MINUTE)
    await prepare(server.clock.now)
    const cron = countedCron(server)
    suspendedInBetween(cron)
    expect(await runWith(40, jobNamed('denylist'), cron)).toEqual({ left: 0, atBindings: 0 })
  })

  it('of a comparison that has to quarantine clients', async () => {
    const server = await started()
    await manyEnding(2, server.clock.now)
    await manyDue(1, server.clock.now)
    await run("UPDATE portcullis_clients SET denylist_version = 1 WHERE client_id LIKE 'ending%'")
    await garble('ending_1', 'ending_2')
    const job = jobNamed('reconciliation')
    const few = OPERATIONS.reconciliation + QUARANTINE_OPERATIONS - 1
    // One operation less, and it is left for another run.
    const left = { left: few - 2, atBindings: few - 2 }
    expect(await runWith(few, job, countedCron(server))).toEqual(left)
    const cron = countedCron(server)
    suspendedInBetween(cron)
    expect(await runWith(few + 1, job, cron)).toEqual({ left: 0, atBindings: 0 })
  })

  it('of a message, and of one that is given to the provider again', async () => {
    const server = await started()
    await manyEnding(2, server.clock.now)
    const again = countedCron(server, {}, true)
    again.mail.delivery = { outcome: 'unknown', detail: 'connection lost' }
    const job = jobNamed('reminders')
    const operations = OPERATIONS.reminders + OPERATIONS.message_again
    await runWith(operations, job, again)
    server.clock.now += 2 * MINUTE
    again.mail.delivery = { outcome: 'accepted' }
    await run("DELETE FROM portcullis_reminders WHERE email <> 'manager-0@example.com'")
    expect(await runWith(operations, job, again)).toEqual({ left: 0, atBindings: 0 })
  })

  it.each([
    ['mails', 'reminders', 20],
    ['lists', 'lists', 18],
  ])('leaves enough for a portion of each job after it: %s', (_, name, share) => {
    // The jobs after the verification can wait: requests read keys again, too.
    const last = JOBS.indexOf(jobNamed('verification'))
    const after = JOBS.slice(JOBS.indexOf(jobNamed(name)) + 1, last + 1)
    const sum = after.reduce((all, { operations }) => all + operations, 0)
    expect(sum).toBeLessThanOrEqual(share)
  })

  it('of recording the run', async () => {
    const cron = countedCron(await started())
    const recording = async (deps: RunDeps) => {
      const jobStates = new Map([['run', { ranAt: deps.now(), position: [] }]])
      await findRunProblems(deps, jobStates, deps.now())
      await deps.jobStates.note(jobStates)
    }
    const seen = await runWith(OPERATIONS.recording, { run: recording as never }, cron)
    expect(seen).toEqual({ left: 0, atBindings: 0 })
  })
})
