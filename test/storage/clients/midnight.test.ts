import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ClientQuery } from '../../../src/domain/clients.ts'
import { STATUSES } from '../../../src/domain/status.ts'
import { d1Clients } from '../../../src/storage/clients/clients.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { fillClients } from '../../support/many-clients.ts'
import { observedDatabase } from '../../support/observed-server.ts'
import { ISSUER, testServer } from '../../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10) / 1000
const MIDNIGHT = Date.UTC(2026, 10, 23) / 1000
const CLIENTS = 1200
/** A quarter is suspended, which no secret's end changes: the others end at midnight. */
const ENDING = 900
const PAGE = 20

const { database, seen } = observedDatabase()
const clients = d1Clients(openDatabase(database), ISSUER)

const query = (fields: Partial<ClientQuery>): ClientQuery => ({
  status: null,
  q: null,
  sort: 'name',
  limit: PAGE,
  after: null,
  ...fields,
})

/** As many rows as the statements of `ask` read. */
async function rowsOf(ask: () => Promise<unknown>): Promise<number> {
  const before = seen.rows
  await ask()
  return seen.rows - before
}

const ENDS = `UPDATE portcullis_secrets SET expires_at = ${MIDNIGHT - 1}`

beforeEach(async () => {
  await testServer({ now: NOW }).api()
  await fillClients(0, CLIENTS, NOW)
  await env.DB.batch([
    env.DB.prepare(ENDS),
    env.DB.prepare('UPDATE portcullis_clients SET listed_until = 0'),
  ])
  await clients.settle(NOW, CLIENTS)
})

describe('just after midnight', () => {
  it('a list reads less than three rows of each client that the cron has not noted yet, not its secrets and access', async () => {
    const queries = [
      query({ status: 'expired' }),
      query({ status: 'expired', sort: 'expires_at' }),
      query({ status: 'needs_attention', sort: '-created_at' }),
      query({ sort: 'attention' }),
      query({ sort: 'expires_at' }),
    ]
    const asks = [
      ...queries.map((one) => (now: number) => clients.list(one, now)),
      (now: number) => clients.counts(now),
    ]
    for (const ask of asks) {
      const before = await rowsOf(() => ask(MIDNIGHT - 60))
      const after = await rowsOf(() => ask(MIDNIGHT))
      expect(after - before).toBeLessThan(3 * ENDING)
    }
    const counts = await clients.counts(MIDNIGHT)
    expect(counts).toMatchObject({ expired: ENDING, suspended: CLIENTS - ENDING })
    const { items } = await clients.list(query({ status: 'expired' }), MIDNIGHT)
    expect(items.length).toBe(PAGE)
  })

  it('a client that an earlier release has changed since is judged by what it has', async () => {
    // Such a release leaves a newer version, a longer end, and no word of what comes next.
    await env.DB.batch([
      env.DB.prepare(`UPDATE portcullis_secrets SET expires_at = ${MIDNIGHT + 90 * 86_400}
        WHERE client_id = 'client_0'`),
      env.DB.prepare(
        "UPDATE portcullis_clients SET version = version + 1 WHERE client_id = 'client_0'",
      ),
    ])
    expect(await clients.counts(MIDNIGHT)).toMatchObject({ expired: ENDING - 1, available: 1 })
  })

  it('a client whose access has changed since is judged by the rule', async () => {
    await env.DB.batch([
      env.DB.prepare(`UPDATE portcullis_secrets SET expires_at = ${MIDNIGHT + 90 * 86_400}`),
      env.DB.prepare('UPDATE portcullis_clients SET listed_until = 0'),
    ])
    const counts = await clients.counts(MIDNIGHT)
    expect(STATUSES.map((status) => counts[status])).toContain(ENDING)
    expect(counts.available).toBe(ENDING)
  })
})
