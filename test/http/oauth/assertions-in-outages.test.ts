import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { DATABASE_RESTORED, SHUT } from '../../../src/domain/database-restore.ts'
import { faultyD1, faultyKv } from '../../doubles/faults.ts'
import {
  askWith,
  assertionBy,
  clientWithKey,
  type Signer,
  signerOf,
} from '../../support/assertions-by-keys.ts'
import { type Json, testServer, type TestServer } from '../../support/server.ts'
import { WORKLOADS, type Workload } from '../../support/workload-claims.ts'
import { DOORS, federated, workloadToken } from '../../support/workloads.ts'

// INV-8: what fails never opens, and never says that a caller is wrong.

const NOW = 1_800_000_000
const KUBERNETES = WORKLOADS['Kubernetes'] as Workload

let server: TestServer
beforeEach(async () => {
  server = testServer({ now: NOW })
  await server.api()
})

/** Another isolate, which knows nothing yet, on a database where statements like this fail. */
const withoutStatement = (pattern: RegExp) =>
  testServer({
    now: NOW,
    env: {
      DB: faultyD1(env.DB, ({ texts }) => (texts.some((t) => pattern.test(t)) ? 'throws' : null)),
    },
  })

const outcomeOf = async (response: Response) => {
  const body = await response.json<Json>()
  return [response.status, body['error'], body['access_token']]
}
const OUTAGE = [503, 'temporarily_unavailable', undefined]

describe('a client with a key', () => {
  let signer: Signer
  let id: string
  beforeEach(async () => {
    signer = await signerOf('ES256')
    id = (await clientWithKey(server, signer)).id
  })
  const made = () => assertionBy(signer, id, NOW)

  it.each([
    ['its keys', /^SELECT c\.assertion_audience/],
    ['the use of its assertion', /^INSERT INTO portcullis_used_assertions/],
    ['anything', /^/],
  ])('INV-8: gets 503 when D1 does not answer for %s', async (_name, pattern) => {
    expect(await outcomeOf(await askWith(withoutStatement(pattern), await made()))).toEqual(OUTAGE)
  })

  it('gets its token when KV is down', async () => {
    const down = testServer({ now: NOW, env: { DENYLIST: faultyKv(env.DENYLIST, () => 'throws') } })
    expect((await askWith(down, await made())).status).toBe(200)
  })

  it('INV-8: gets none while the database is known to be restored, and does after that', async () => {
    await env.DB.prepare('INSERT INTO portcullis_chores (name, ran_at, position) VALUES (?, ?, ?)')
      .bind(DATABASE_RESTORED, NOW, JSON.stringify(SHUT))
      .run()
    expect(await outcomeOf(await askWith(server, await made()))).toEqual(OUTAGE)
    await env.DB.prepare('DELETE FROM portcullis_chores WHERE name = ?')
      .bind(DATABASE_RESTORED)
      .run()
    expect((await askWith(server, await made())).status).toBe(200)
  })

  it('INV-8: gets none while the server is closed', async () => {
    const closed = testServer({ now: NOW, env: { CLOSED: 'true' } })
    expect(await outcomeOf(await askWith(closed, await made()))).toEqual(OUTAGE)
  })

  it('INV-8: whose token was lost on the way signs another assertion: the first stays used', async () => {
    const isUse = (text: string) => text.startsWith('INSERT INTO portcullis_used_assertions')
    const DB = faultyD1(env.DB, ({ texts }) => (texts.some(isUse) ? 'throws after commit' : null))
    const assertion = await made()
    const losing = testServer({ now: NOW, env: { DB } })
    expect(await outcomeOf(await askWith(losing, assertion))).toEqual(OUTAGE)
    expect((await askWith(server, assertion)).status).toBe(401)
    expect((await askWith(server, await made())).status).toBe(200)
  })
})

describe('a workload', () => {
  it.each([
    ['the issuers', /FROM portcullis_issuers i WHERE/],
    ['the rules', /^SELECT s\.client_id AS clientId/],
    ['the rule', /FROM \(SELECT 1\)/],
  ])('INV-8: gets 503 by both doors when D1 does not answer for %s', async (_name, pattern) => {
    const { signer, id } = await federated(server, KUBERNETES)
    for (const door of Object.values(DOORS)) {
      const assertion = await workloadToken(KUBERNETES, signer, NOW)
      const fields = { ...door(assertion), client_id: id }
      const response = await withoutStatement(pattern).form('/oauth/token', fields)
      expect(await outcomeOf(response)).toEqual(OUTAGE)
    }
  })
})
