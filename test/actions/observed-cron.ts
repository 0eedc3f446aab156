import { env } from 'cloudflare:workers'
import { aMinutePasses, type Fault, faultyD1, faultyKv } from '../doubles/faults.ts'
import { type TestServer, testServer } from '../support/server.ts'

// A cron of which each operation is counted, and what there may be for it to do.

export const DAY = 86_400

/** The operations that Cloudflare's Free plan allows per invocation. */
export const LIMIT = 50

export const run = (text: string, ...values: unknown[]) =>
  env.DB.prepare(text)
    .bind(...values)
    .run()
export const count = async (text: string) =>
  (await env.DB.prepare(`SELECT count(*) AS n FROM ${text}`).first<number>('n')) ?? 0

/** By what a step is known from outside: a statement, or a call of KV, that it alone makes. */
export const STEPS: Record<string, RegExp> = {
  denylist: /^UPDATE portcullis_denylist_outbox SET\s+unsettled_until = CASE WHEN claimed_until/,
  anchor: /^get anchor:latest,/,
  hold: /c\.denylist_version < /,
  administrators: /portcullis_configured_administrators/,
  signing_keys: /FROM portcullis_signing_keys ORDER BY/,
  search: /WHERE search_rules < \? LIMIT/,
  reminders: /min\(r\.due_at\)/,
  lists: /^UPDATE portcullis_clients AS c SET listed_status[^]*RETURNING id$/,
  revoked_tokens: /^DELETE FROM portcullis_revoked_tokens/,
  used_assertions: /^DELETE FROM portcullis_used_assertions/,
  old_reminders: /^DELETE FROM portcullis_reminders WHERE rowid/,
  old_token_counts: /^DELETE FROM portcullis_token_counts/,
  old_idempotency: /^DELETE FROM portcullis_idempotency_records/,
  keys: /FROM portcullis_seal_versions/,
  reconciliation: /d\.deleted_at > /,
  verification: /FROM portcullis_audit_events WHERE seq > /,
}

export type Observed = { operations: number; steps: Set<string>; mails: number }

/**
 * A server that tells what each run of its cron cost, with `fault` for calls that it is asked about
 * by their texts; each statement of a batch counts.
 */
export function observedServer(now: number, fault: (text: string) => Fault | null = () => null) {
  const seen: Observed = { operations: 0, steps: new Set(), mails: 0 }
  const plan = ({ texts }: { texts: string[] }) => {
    seen.operations += texts.length
    for (const text of texts) {
      for (const [name, pattern] of Object.entries(STEPS))
        if (pattern.test(text)) seen.steps.add(name)
    }
    return texts.map(fault).find((found) => found !== null)
  }
  const EMAIL = {
    send: async () => {
      seen.operations += 1
      seen.mails += 1
      return { messageId: 'accepted' }
    },
  } as unknown as SendEmail
  const bindings = {
    DB: faultyD1(env.DB, plan),
    DENYLIST: faultyKv(env.DENYLIST, plan),
    EMAIL,
    MAIL_FROM: 'auth@example.com',
    ADMINISTRATORS: 'new-1@example.com, new-2@example.com, new-3@example.com',
  }
  const server = testServer({ now, env: bindings })
  async function observe(): Promise<Observed & { error: string | null }> {
    Object.assign(seen, { operations: 0, steps: new Set(), mails: 0 })
    const error = await server.cron().then(
      () => null,
      (thrown: unknown) => (thrown as Error).message,
    )
    return { ...seen, error }
  }
  async function aMinuteLater() {
    await aMinutePasses(server.clock, env.DB)
    return observe()
  }
  return { server, observe, aMinuteLater }
}

export const NUMBERS =
  'WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?1)'

/** Clients with a secret each that ends in five days. */
export async function manyEnding(many: number, now: number): Promise<void> {
  await run(
    `INSERT INTO portcullis_clients (client_id, name, name_key, description, search_text, created_at,
     created_by, updated_at, version, generation, denylist_version, access_token_lifetime)
     ${NUMBERS} SELECT 'ending_' || n, 'Ending ' || n, '', '', '', ?2, 'bootstrap', ?2, 1, 0, 0, 43200
     FROM c`,
    many,
    now,
  )
  await run(
    `INSERT INTO portcullis_secrets (secret_id, client_id, key_id, digest, pepper_version, hint,
     created_at, expires_at, remind) ${NUMBERS} SELECT 'ending_' || n, 'ending_' || n,
     'ending_' || n, '', '1', 'abcd', ?2, ?2 + 5 * ${DAY} + n, 1 FROM c`,
    many,
    now,
  )
}

/** Suspended clients whose denylist entry is still due. */
export async function manyDue(many: number, now: number): Promise<void> {
  await run(
    `INSERT INTO portcullis_clients (client_id, name, name_key, description, search_text, created_at,
     created_by, updated_at, version, suspended_at, generation, denylist_version,
     access_token_lifetime)
     ${NUMBERS} SELECT 'due_' || n, '', '', '', '', ?2, 'bootstrap', ?2, 1, ?2, 0, 1, 43200 FROM c`,
    many,
    now,
  )
  await run(
    `INSERT INTO portcullis_denylist_outbox (client_id, version) ${NUMBERS}
     SELECT 'due_' || n, 1 FROM c`,
    many,
  )
}

export async function administrators(server: TestServer, many: number): Promise<void> {
  for (let n = 0; n < many; n++) {
    const email = `manager-${n}@example.com`
    await server.adminOk('POST', '/administrators', { email, access: 'manage' })
  }
}
