import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { d1DenylistOutbox } from '../../src/storage/denylist/denylist-outbox.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { signIn } from '../support/console.ts'
import { fillClients } from '../support/many-clients.ts'
import { observedDatabase, observedServer } from '../support/observed-server.ts'
import { API, type Client, ISSUER, type Json, testServer } from '../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10) / 1000

type People = { client: Client; introspector: Client; manager: Json }

async function people(): Promise<People> {
  const server = testServer({ now: NOW })
  await server.api()
  await server.cron()
  return {
    client: await server.client({ [API]: 'invoices:read' }),
    introspector: await server.client({ [ISSUER]: 'tokens:introspect' }),
    manager: await server.adminOk('POST', '/administrators', {
      email: 'ada@example.com',
      access: 'manage',
    }),
  }
}

/** Reminders that were sent and are kept, and events: as many as there are clients. */
async function fillTheRest(from: number, to: number): Promise<void> {
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO portcullis_reminders (secret_id, email, expires_at, sending_at, sent_at, attempts)
       SELECT secret_id, 'ada@example.com', ?3 + 86400, ?3, ?3, 1 FROM portcullis_secrets
       WHERE client_id LIKE 'client!_%' ESCAPE '!' AND length(client_id) < 15 AND id > ?1 AND id <= ?2
       ON CONFLICT DO NOTHING`,
    ).bind(from, to, NOW),
    env.DB.prepare('UPDATE portcullis_secrets SET reminders_planned = 1, reminder_days = 14'),
    env.DB.prepare('UPDATE portcullis_administrators SET catch_up_expiry = NULL'),
  ])
}

let addresses = 0

/** Rows that D1 reads for each thing that the server is asked. */
async function costs({ client, introspector, manager }: People): Promise<Record<string, number>> {
  const { server, seen } = observedServer({ now: NOW + 1 })
  const token = await server.token(client)
  const bearer = await server.token(introspector)
  const visitor = await signIn(server)
  const health = { headers: { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` } }
  const asked: Record<string, () => Promise<unknown>> = {
    introspection: () => server.introspect(token, introspector),
    'introspection by Bearer': () =>
      server.form('/oauth/introspect', { token }, undefined, { Authorization: `Bearer ${bearer}` }),
    revocation: () => server.form('/oauth/revoke', { token }, client),
    client: () => server.adminOk('GET', `/clients/${client.id}`),
    suspension: () => server.suspend(client),
    resume: () => server.resume(client),
    'new secret': () => server.adminOk('POST', `/clients/${client.id}/secrets`, {}),
    'new client': () => server.client({ [API]: 'invoices:read' }),
    // A page that is full from the start.
    events: () => server.adminOk('GET', '/audit-events?limit=5'),
    'events of a client': () =>
      server.adminOk('GET', `/audit-events?limit=5&client_id=${client.id}`),
    'console: clients': () => visitor.html('/clients'),
    health: () => server.send('/health', health),
    cron: () => server.cron(),
    'a manager gets another address': () =>
      server.adminOk('PATCH', `/administrators/${manager['administrator_id']}`, {
        email: `ada-${++addresses}@example.com`,
      }),
  }
  const rows: Record<string, number> = {}
  for (const [name, ask] of Object.entries(asked)) {
    const before = seen.rows
    await ask()
    rows[name] = seen.rows - before
  }
  return rows
}

/** `first` gives no figures: the statement of a token is run once more for its own. */
async function costOfToken(client: Client): Promise<number> {
  const { server, seen } = observedServer({ now: NOW + 1 })
  await server.token(client)
  const text = seen.texts.find((one) => one.includes('active_kid'))
  const keyId = client.secret.split('_')[1]
  const { meta } = await env.DB.prepare(text ?? '')
    .bind(keyId, 'ES256', NOW + 1)
    .all()
  return meta.rows_read
}

it('reads as much among 2,000 clients as among 200, whatever it is asked', async () => {
  const all = await people()
  await fillClients(0, 200, NOW)
  await fillTheRest(0, 300)
  await costs(all)
  const few = { ...(await costs(all)), token: await costOfToken(all.client) }
  await fillClients(200, 2000, NOW)
  await fillTheRest(300, 3000)
  const many = { ...(await costs(all)), token: await costOfToken(all.client) }
  const count = await env.DB.prepare('SELECT count(*) AS n FROM portcullis_reminders').first('n')
  expect(count).toBeGreaterThan(1500)
  const growing = Object.entries(few).filter(([name, read]) => {
    const now = many[name as keyof typeof many] ?? 0
    return now > read * 1.2 + 50
  })
  expect(growing.map(([name, read]) => [name, read, many[name as keyof typeof many]])).toEqual([])
})

it('compares a page with the denylist without a walk through all who were ever deleted', async () => {
  await env.DB.batch([
    env.DB.prepare(`INSERT INTO portcullis_deleted_clients (client_id, denylist_version, generation,
      deleted_at) WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < 9999)
      SELECT printf('client_%05d', n), 1, 0, CASE n % 1000 WHEN 5 THEN ?1 ELSE 0 END FROM c`).bind(
      NOW,
    ),
    env.DB.prepare(`INSERT INTO portcullis_clients (client_id, name, name_key, description, search_text,
      created_at, created_by, updated_at, version, generation, denylist_version, access_token_lifetime)
      SELECT client_id || 'x', '', '', '', '', 0, '', 0, 1, 0, 1, 60 FROM portcullis_deleted_clients
      WHERE client_id LIKE '%0'`),
  ])
  const { database, seen } = observedDatabase()
  const outbox = d1DenylistOutbox(openDatabase(database))
  const ids: string[] = []
  const rows: number[] = []
  for (let after: string | undefined = ''; after !== undefined; ) {
    const before = seen.rows
    const page = await outbox.states(after, NOW, 100)
    rows.push(seen.rows - before)
    ids.push(...page.map((state) => state.clientId))
    after = page.length < 100 ? undefined : page.at(-1)?.clientId
  }
  expect([ids.length, new Set(ids).size]).toEqual([1010, 1010])
  expect(ids).toEqual(ids.toSorted())
  expect(Math.max(...rows)).toBeLessThan(3000)
})
