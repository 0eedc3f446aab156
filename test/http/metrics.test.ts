import { afterEach, describe, expect, it, vi } from 'vitest'
import { env } from 'cloudflare:workers'
import { BLOBS, DOUBLES } from '../../src/domain/metrics.ts'
import type { MetricsBinding } from '../../src/storage/upkeep/metrics.ts'
import { faultyD1 } from '../doubles/faults.ts'
import { signIn } from '../support/console.ts'
import { countingServer } from '../support/counting.ts'
import { heardLog } from '../support/refusals/log.ts'
import { API, type Client, ISSUER, testServer, type TestServer } from '../support/server.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const GRANT = { grant_type: 'client_credentials' }
const basic = ({ id, secret }: Client) => `Basic ${btoa(`${id}:${secret}`)}`

afterEach(() => {
  vi.restoreAllMocks()
})

type Point = Record<string, unknown>

/** A dataset that keeps what it is given, each point by the names of its columns. */
function dataset() {
  const points: Point[] = []
  const METRICS: MetricsBinding = {
    writeDataPoint({ indexes, blobs, doubles } = {}) {
      const texts = BLOBS.map((name, i) => [name, blobs?.[i]])
      const numbers = DOUBLES.map((name, i) => [name, doubles?.[i]])
      points.push({ index: indexes?.[0], ...Object.fromEntries([...texts, ...numbers]) })
    },
  }
  return { METRICS, points, of: (kind: string) => points.filter((point) => point['kind'] === kind) }
}

/** A server with a dataset, and two clients that were created before it listened. */
async function measured() {
  const kept = dataset()
  const server = testServer({ now: NOON, env: { METRICS: kept.METRICS } })
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  const caller = await server.client({ [ISSUER]: 'tokens:introspect' })
  await server.token(caller)
  kept.points.splice(0)
  return { server, client, caller, ...kept }
}

const POINT = { reason: '', detail: '', failures: 0, denylistEntries: 0, reminders: 0 }
const REQUEST = { ...POINT, kind: 'request', databaseBytes: 0, ms: expect.any(Number) }

describe('a data point', () => {
  it('is written for a token that is issued, and for one that is refused', async () => {
    const { server, client, caller, points } = await measured()
    await server.token(client)
    await server.tokenRequest({ ...client, secret: caller.secret })
    const name = 'POST /oauth/token'
    const all = { ...REQUEST, name, index: client.id, method: 'secret' }
    expect(points).toEqual([
      { ...all, outcome: 'issued', caller: 'proven', status: 200 },
      { ...all, outcome: 'refused', reason: 'wrong_secret', caller: '', status: 401 },
    ])
  })

  it('says whether a token was active, and that one was revoked', async () => {
    const { server, client, caller, of } = await measured()
    const token = await server.token(client)
    await server.introspect(token, caller)
    await server.form('/oauth/revoke', { token }, client)
    await server.introspect(token, caller)
    const requests = of('request').map(({ name, outcome, index }) => [name, outcome, index])
    expect(requests).toEqual([
      ['POST /oauth/token', 'issued', client.id],
      ['POST /oauth/introspect', 'active', caller.id],
      ['POST /oauth/revoke', 'done', client.id],
      ['POST /oauth/introspect', 'inactive', caller.id],
    ])
    expect(of('change')).toMatchObject([
      { name: 'token.revoked', caller: 'client', index: client.id },
    ])
  })

  it('is written for each request of the admin API, the console and others, by its route', async () => {
    const { server, client, points } = await measured()
    await server.adminOk('GET', `/clients/${client.id}`)
    await server.suspend(client)
    await server.send('/health')
    await server.send('/.well-known/oauth-authorization-server')
    await server.send('/.well-known/jwks.json')
    await server.admin('HEAD', '/clients')
    const visitor = await signIn(server)
    await visitor.get(`/clients/${client.id}`)
    const names = points.map(({ kind, name, outcome, method }) => [kind, name, outcome, method])
    expect(names).toEqual([
      ['request', 'GET /admin/v1/clients/:client_id', 'done', 'bootstrap'],
      ['change', 'client.suspended', '', ''],
      ['request', 'PUT /admin/v1/clients/:client_id/suspension', 'done', 'bootstrap'],
      ['request', 'GET /health', 'done', ''],
      ['request', 'GET /.well-known/oauth-authorization-server', 'done', ''],
      ['request', 'GET /.well-known/jwks.json', 'done', ''],
      ['request', 'OTHER /admin/v1/clients', 'done', 'bootstrap'],
      ['change', 'session.created', '', ''],
      ['request', 'POST /console/sign-in', 'done', ''],
      ['request', 'GET /console/clients/:client_id', 'done', 'session'],
    ])
  })

  it('is written for keys that are answered from memory, too', async () => {
    const { server, client, points } = await measured()
    await server.token(client)
    const keys = '/.well-known/jwks.json'
    for (const path of [keys, keys]) await server.send(path)
    const told = { ...REQUEST, name: 'GET /.well-known/jwks.json', outcome: 'done', status: 200 }
    const nobody = { index: '', method: '', caller: '' }
    expect(points.slice(1)).toEqual([
      { ...told, ...nobody },
      { ...told, ...nobody },
    ])
  })

  it('is written for a request that failed, at each door', async () => {
    const heard = heardLog()
    const kept = dataset()
    const DB = faultyD1(env.DB, () => 'throws')
    const server = testServer({ now: NOON, env: { METRICS: kept.METRICS, DB } })
    await server.admin('GET', '/clients')
    await server.tokenRequest({ id: 'client_1', secret: 'x', body: {} })
    const told = kept.of('request').map(({ name, outcome, status }) => [name, outcome, status])
    expect(told).toEqual([
      ['GET /admin/v1/clients', 'failed', 503],
      ['POST /oauth/token', 'failed', 503],
    ])
    expect(heard.texts.length).toBeGreaterThan(0)
  })

  it('is written for each job of the cron, and for the run with what waits', async () => {
    const { server, of } = await measured()
    await server.cron()
    expect(of('job').length).toBeGreaterThan(5)
    expect(of('job').map(({ outcome }) => outcome)).not.toContain('failed')
    const [run] = of('run')
    expect(run).toMatchObject({ name: 'cron', outcome: 'done', failures: 0, denylistEntries: 0 })
    expect(run?.['databaseBytes']).toBeGreaterThan(1000)
  })

  it('has nothing secret and nobody in it', async () => {
    const { server, client, points } = await measured()
    const token = await server.token(client)
    await server.form('/oauth/token', { ...GRANT, client_id: client.secret, client_secret: 'x' })
    await server.admin('GET', `/clients/${client.secret}`, undefined, token)
    await server.adminOk('POST', '/administrators', { email: 'ada@example.com', access: 'view' })
    const text = JSON.stringify(points)
    for (const secret of [client.secret, 'pc_', 'eyJ', env.BOOTSTRAP_TOKEN ?? '', '@']) {
      expect(text).not.toContain(secret)
    }
  })
})

/** The answers to a token, an introspection, a change and a run of the cron. */
async function answersOf(server: TestServer): Promise<number[]> {
  await server.api(`https://${crypto.randomUUID()}.example`)
  const client = await server.client({ [ISSUER]: 'tokens:introspect' })
  const response = await server.tokenRequest(client)
  const { access_token: token } = await response.clone().json<{ access_token: string }>()
  const introspected = await server.form('/oauth/introspect', { token }, client)
  const suspended = await server.suspend(client)
  await server.cron()
  return [response.status, introspected.status, suspended.status]
}

describe('a dataset', () => {
  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no more data points')
      },
    ],
    ['rejects', () => Promise.reject(new Error('later'))],
    ['never ends', () => new Promise(() => {})],
  ])('changes no answer where it %s, and fills no log', async (how, writeDataPoint) => {
    const heard = heardLog()
    const METRICS = { writeDataPoint } as never
    expect(await answersOf(testServer({ now: NOON, env: { METRICS } }))).toEqual([200, 200, 200])
    const lines = heard.texts.filter((text) => text.includes('metrics_failing'))
    // One of the requests, and one of the cron, which makes its own.
    expect(lines.length).toBe(how === 'never ends' ? 0 : 2)
  })

  it('takes what the platform takes: the real binding', async () => {
    const heard = heardLog()
    const { METRICS } = env
    if (!METRICS) throw new Error('the tests bind a dataset')
    expect(await answersOf(testServer({ now: NOON, env: { METRICS } }))).toEqual([200, 200, 200])
    expect(heard.texts.filter((text) => text.includes('metrics_failing'))).toEqual([])
  })

  it('is not asked for: nothing else is done where there is none', async () => {
    const clock = vi.spyOn(Date, 'now')
    const server = testServer({ now: NOON, env: { METRICS: undefined as never } })
    const client = await server.client({ [ISSUER]: 'tokens:introspect' })
    clock.mockClear()
    await server.form('/oauth/introspect', { token: 'x' }, client)
    expect(clock).not.toHaveBeenCalled()
  })
})

it('costs the busiest requests no statement, no operation of KV and no signature', async () => {
  const server = testServer({ now: NOON })
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  const caller = await server.client({ [ISSUER]: 'tokens:introspect' })
  // Everything that is noted once a minute is noted by now.
  await server.introspect(await server.token(client), caller)
  const costs = []
  for (const METRICS of [undefined, dataset().METRICS]) {
    const counting = countingServer(NOON, undefined, undefined, { METRICS: METRICS as never })
    await counting.form('/oauth/token', GRANT, basic(caller))
    const issued = await counting.form('/oauth/token', GRANT, basic(client))
    const { access_token: token } = await issued.response.json<{ access_token: string }>()
    const asked = await counting.form('/oauth/introspect', { token }, basic(caller))
    costs.push([issued.before, issued.inAll, asked.before, asked.inAll])
  }
  expect(costs[1]).toEqual(costs[0])
  expect(costs[1]?.[0]).toMatchObject({ reads: 1, writes: 0, kv: 0, signatures: 1 })
  expect(costs[1]?.[2]).toMatchObject({ reads: 1, writes: 0, kv: 0, verifications: 1 })
})
