import { env } from 'cloudflare:workers'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import { unreachableDatabase } from '../support/counting.ts'
import { API, ISSUER, type Json, testServer, type TestServer } from '../support/server.ts'
import { placeOf, statusOf } from '../support/status-lists.ts'

const LISTS = '/oauth/status-lists'
const [VALID, INVALID, SUSPENDED] = [0, 1, 2]

let server: TestServer

beforeEach(async () => {
  server = testServer({ statusLists: true })
  await server.api()
  await server.cron()
})

const aClient = () => server.client({ [API]: 'invoices:read' }, { access_token_lifetime: 43_200 })
const pathOf = (token: string) => placeOf(token).uri.slice(ISSUER.length)

describe('a token', () => {
  it('names its list and its place in it, and costs what it did', async () => {
    const token = await server.token(await aClient())
    const { uri, idx } = placeOf(token)
    expect(uri).toMatch(new RegExp(`^${ISSUER}${LISTS}/[0-9A-Za-z]{22}$`))
    expect(idx).toBeLessThan(2 ** 20)
  })

  it('says nothing of it where the lists are off', async () => {
    const off = testServer()
    const token = await off.token(await off.client({ [ISSUER]: 'clients:read' }))
    expect(decodeJwt(token)).not.toHaveProperty('status')
    expect((await off.send(LISTS)).status).toBe(404)
    expect((await off.send(pathOf(await server.token(await aClient())))).status).toBe(404)
    const metadata = await (await off.send('/.well-known/oauth-authorization-server')).json()
    expect(metadata).not.toHaveProperty('status_list_aggregation_endpoint')
  })

  it('of one client is in the block of that client and of no other', async () => {
    const clients = await Promise.all([aClient(), aClient(), aClient()])
    const tokens = await Promise.all(clients.map((client) => server.token(client)))
    const blocks = tokens.map((token) => Math.floor(placeOf(token).idx / 256))
    expect(new Set(blocks).size).toBe(3)
    const [first] = clients
    expect(Math.floor(placeOf(await server.token(first)).idx / 256)).toBe(blocks[0])
  })
})

describe('a list', () => {
  it('is a signed token of the draft’s type, that everybody may read and keep for a moment', async () => {
    const { uri } = placeOf(await server.token(await aClient()))
    const response = await server.send(uri.slice(ISSUER.length))
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/statuslist+jwt',
      'cache-control': 'public, max-age=30',
      'access-control-allow-origin': '*',
    })
    const text = await response.text()
    expect(decodeProtectedHeader(text)).toMatchObject({ typ: 'statuslist+jwt', alg: 'ES256' })
    const { now } = server.clock
    const said = { sub: uri, iat: now, exp: now + 600, ttl: 30 }
    expect(decodeJwt(text)).toMatchObject({ ...said, status_list: { bits: 2 } })
  })

  it('says what holds: suspended, resumed, deleted', async () => {
    const client = await aClient()
    const token = await server.token(client)
    expect(await statusOf(server, token)).toBe(VALID)
    await server.suspend(client)
    expect(await statusOf(server, token)).toBe(SUSPENDED)
    await server.resume(client)
    expect(await statusOf(server, token)).toBe(VALID)
    await server.admin('DELETE', `/clients/${client.id}`)
    expect(await statusOf(server, token)).toBe(INVALID)
  })

  it('refuses the tokens of an older generation, and has a place for those of the next', async () => {
    const client = await aClient()
    const before = await server.token(client)
    await server.adminOk('DELETE', `/clients/${client.id}/tokens`)
    const after = await server.token(client)
    expect(await statusOf(server, before)).toBe(INVALID)
    expect(await statusOf(server, after)).toBe(VALID)
  })

  it('refuses a token that was revoked by itself, and others of its client only in its slot', async () => {
    const client = await aClient()
    const tokens = await Promise.all(Array.from({ length: 6 }, () => server.token(client)))
    const [revoked = '', ...others] = tokens
    await server.form('/oauth/revoke', { token: revoked }, client)
    expect(await statusOf(server, revoked)).toBe(INVALID)
    for (const other of others) {
      const isNeighbour = placeOf(other).idx === placeOf(revoked).idx
      expect(await statusOf(server, other)).toBe(isNeighbour ? INVALID : VALID)
    }
  })

  it('is the copy of this location for as long as that may be kept', async () => {
    const client = await aClient()
    const token = await server.token(client)
    const first = await (await server.send(pathOf(token))).text()
    await server.suspend(client)
    server.clock.now += 29
    const late = await server.send(pathOf(token))
    // A cache on the way does not keep it for another 30 seconds.
    expect(late.headers.get('cache-control')).toBe('public, max-age=1')
    expect(await late.text()).toBe(first)
    server.clock.now += 1
    expect(await (await server.send(pathOf(token))).text()).not.toBe(first)
  })
})

describe('a list by a key that is revoked in an emergency', () => {
  const kidOf = async (one: TestServer, path: string) =>
    decodeProtectedHeader(await (await one.send(path)).text()).kid

  it('is made anew: at once where the key was revoked and where no keys are remembered', async () => {
    const path = pathOf(await server.token(await aClient()))
    const kid = await kidOf(server, path)
    expect((await server.admin('DELETE', `/signing-keys/${kid}`)).status).toBe(204)
    const fresh = testServer({ statusLists: true, now: server.clock.now })
    const next = await kidOf(fresh, path)
    expect(next).not.toBe(kid)
    const { keys } = await (await fresh.send('/.well-known/jwks.json')).json<{ keys: Json[] }>()
    expect(keys.map((key) => key['kid'])).toContain(next)
    expect(await kidOf(server, path)).toBe(next)
  })

  it('within seconds where another isolate remembers the keys', async () => {
    const path = pathOf(await server.token(await aClient()))
    const kid = await kidOf(server, path)
    const other = testServer({ statusLists: true, now: server.clock.now })
    await other.send('/.well-known/jwks.json')
    await server.admin('DELETE', `/signing-keys/${kid}`)
    other.clock.now += 5
    expect(await kidOf(other, path)).not.toBe(kid)
  })

  it('is answered as it is where the keys cannot be read', async () => {
    const path = pathOf(await server.token(await aClient()))
    const kid = await kidOf(server, path)
    const DB = unreachableDatabase()
    const down = testServer({ statusLists: true, env: { DB }, now: server.clock.now })
    expect(await kidOf(down, path)).toBe(kid)
  })
})

describe('what is not answered', () => {
  it.each([
    ['another time', '?time=1800000000', 501],
    ['a list that there is not', 'x', 404],
  ])('%s', async (_, more, status) => {
    const path = pathOf(await server.token(await aClient()))
    expect((await server.send(path + more)).status).toBe(status)
  })

  it('a list of a server that is closed, or cannot read its database', async () => {
    const path = pathOf(await server.token(await aClient()))
    server.clock.now += 30
    const closed = testServer({ statusLists: true, env: { CLOSED: 'true' }, now: server.clock.now })
    const down = testServer({
      statusLists: true,
      env: { DB: unreachableDatabase() },
      now: server.clock.now,
    })
    for (const one of [closed, down]) {
      for (const asked of [path, LISTS]) expect((await one.send(asked)).status).toBe(503)
    }
  })

  it('another method', async () => {
    expect((await server.send(LISTS, { method: 'POST' })).status).toBe(405)
  })
})

describe('the lists', () => {
  const lists = async () =>
    (await (await server.send(LISTS)).json<Json>())['status_lists'] as string[]

  it('are named by the metadata, one by one', async () => {
    const metadata = await (
      await server.send('/.well-known/oauth-authorization-server')
    ).json<Json>()
    expect(metadata['status_list_aggregation_endpoint']).toBe(ISSUER + LISTS)
    expect(await lists()).toEqual([placeOf(await server.token(await aClient())).uri])
  })

  it('have a place for clients from before they were on, once the cron came by', async () => {
    const clients = await Promise.all([aClient(), aClient(), aClient()])
    await env.DB.exec('UPDATE portcullis_clients SET status_list = NULL, status_block = NULL')
    const [client] = clients
    expect(decodeJwt(await server.token(client))).not.toHaveProperty('status')
    server.clock.now += 3600
    await server.cron()
    const tokens = await Promise.all(clients.map((one) => server.token(one)))
    for (const token of tokens) expect(await statusOf(server, token)).toBe(VALID)
    const places = tokens.map(placeOf)
    expect(new Set(places.map(({ idx }) => Math.floor(idx / 256))).size).toBe(3)
    // The lists are new ones: a restore that goes unnoticed gives none of these places again.
    const [open] = await lists()
    expect(places.map(({ uri }) => uri)).not.toContain(open)
    server.clock.now += 3600
    const before = await lists()
    await server.cron()
    expect(await lists()).toEqual(before)
  })

  it('have it a minute after they are switched on, whether or not they were on before', async () => {
    const client = await aClient()
    const off = testServer({ now: server.clock.now })
    for (const before of [server, off]) {
      before.clock.now = off.clock.now += 60
      await before.cron()
      await off.cron()
      await env.DB.exec('UPDATE portcullis_clients SET status_list = NULL, status_block = NULL')
      server.clock.now = off.clock.now + 60
      await server.cron()
      expect(await statusOf(server, await server.token(client))).toBe(VALID)
      off.clock.now = server.clock.now
    }
  })

  const given = (count: number) =>
    env.DB.prepare('UPDATE portcullis_status_lists SET given = ? WHERE closed_at IS NULL')
      .bind(count)
      .run()

  it('have a place within a minute for clients that came when all were taken', async () => {
    const old = await aClient()
    server.clock.now += 60
    await server.cron()
    await given(4096)
    const late = await aClient()
    await server.adminOk('DELETE', `/clients/${old.id}/tokens`)
    for (const client of [late, old]) {
      expect(decodeJwt(await server.token(client))).not.toHaveProperty('status')
    }
    server.clock.now += 60
    await server.cron()
    for (const client of [late, old]) {
      expect(await statusOf(server, await server.token(client))).toBe(VALID)
    }
  })

  it('are not walked through for one that was opened in time', async () => {
    const client = await aClient()
    server.clock.now += 60
    await server.cron()
    await given(2048)
    await env.DB.exec('UPDATE portcullis_clients SET status_list = NULL, status_block = NULL')
    const before = await lists()
    server.clock.now += 60
    await server.cron()
    expect(await lists()).toHaveLength(before.length + 1)
    expect(decodeJwt(await server.token(client))).not.toHaveProperty('status')
  })

  it('say of a revoked token that it is, however far ahead a clock is', async () => {
    const client = await server.client({ [API]: 'invoices:read' }, { access_token_lifetime: 300 })
    const token = await server.token(client)
    await server.form('/oauth/revoke', { token }, client)
    server.clock.now += 300
    expect(await statusOf(server, token)).toBe(INVALID)
  })
})
