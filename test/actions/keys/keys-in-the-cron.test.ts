import { decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { API, type Client, type Json, type TestServer, testServer } from '../../support/server.ts'
import { DAY, run } from '../observed-cron.ts'

// Each injected fault is logged, as it should be, and says nothing here.
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

const kids = async (server: TestServer): Promise<string[]> => {
  const { keys } = await (await server.send('/.well-known/jwks.json')).json<Json>()
  return keys.map((key: Json) => key['kid'])
}
const active = async (server: TestServer): Promise<string[]> => {
  const { data } = await server.adminOk('GET', '/signing-keys')
  return data.filter((key: Json) => key['state'] === 'active').map((key: Json) => key['kid'])
}

async function serverWithClients() {
  const server = testServer()
  await server.api()
  const caller = await server.client({ [API]: 'tokens:introspect' })
  const fields = { access_token_lifetime: 43_200 }
  const client = await server.client({ [API]: 'invoices:read' }, fields)
  await run('UPDATE portcullis_secrets SET expires_at = expires_at + ?', 1000 * DAY)
  return { server, caller, client }
}

async function sign(server: TestServer, client: Client) {
  const token = await server.token(client)
  return { token, kid: decodeProtectedHeader(token).kid ?? '' }
}

describe('signing keys', () => {
  it('follow one another for 400 days, each published a day before it signs and until its last token ends', async () => {
    const { server, caller, client } = await serverWithClients()
    const { clock } = server
    const start = clock.now
    const succeeded: number[] = []
    await server.cron()
    let signing = (await sign(server, client)).kid
    for (let day = 1; day <= 400; day++) {
      clock.now = start + day * DAY
      const [before, last] = [await kids(server), await sign(server, client)]
      await server.cron()
      const [next] = await active(server)
      expect((await sign(server, client)).kid).toBe(next)
      if (next !== signing) {
        // It was there for every API that fetches the keys once a day, and another is there now.
        expect(before).toContain(next)
        expect(await kids(server)).toHaveLength(3)
        const handover = clock.now
        clock.now = handover + 43_199
        expect(await server.introspect(last.token, caller)).toMatchObject({ active: true })
        clock.now = handover + 43_200 + 600 - 1
        expect(await kids(server)).toContain(signing)
        // For some seconds an isolate answers as it did before.
        clock.now += 5
        expect(await kids(server)).not.toContain(signing)
        succeeded.push(day)
        signing = next ?? ''
        continue
      }
      expect(await active(server)).toEqual([signing])
      const { token, kid } = await sign(server, client)
      expect(kid).toBe(signing)
      if (day % 9 > 0) continue
      clock.now += 43_199
      expect(await kids(server)).toContain(kid)
      expect(await server.introspect(token, caller)).toMatchObject({ active: true })
      clock.now += 1
      expect(await server.introspect(token, caller)).toEqual({ active: false })
    }
    expect(succeeded).toEqual([90, 180, 270, 360])
  }, 600_000)

  it('are one more, not two, where two crons find the old one too old', async () => {
    const { server } = await serverWithClients()
    await server.cron()
    server.clock.now += 90 * DAY
    await Promise.all([server.cron(), server.cron(), server.cron()])
    expect(await kids(server)).toHaveLength(3)
    server.clock.now += 901
    await Promise.all([server.cron(), server.cron()])
    expect(await kids(server)).toHaveLength(3)
    expect(await active(server)).toHaveLength(1)
  })

  it('are followed as soon as the cron comes back after a long time, without a gap', async () => {
    const { server, caller, client } = await serverWithClients()
    await server.cron()
    const [[first], published] = [await active(server), await kids(server)]
    server.clock.now += 300 * DAY
    const { kid, token } = await sign(server, client)
    expect(kid).toBe(first)
    await server.cron()
    const next = (await sign(server, client)).kid
    expect(published.filter((one) => one !== first)).toEqual([next])
    expect(await server.introspect(token, caller)).toMatchObject({ active: true })
  })

  it('sign for as many days as configured', async () => {
    const server = testServer({ signingKeyDays: 7 })
    await server.cron()
    const first = await active(server)
    server.clock.now += 7 * DAY - 1
    await server.cron()
    expect(await active(server)).toEqual(first)
    server.clock.now += 1
    await server.cron()
    expect(await active(server)).not.toEqual(first)
  })
})
