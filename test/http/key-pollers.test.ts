import { env } from 'cloudflare:workers'
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE, type Seconds } from '../../src/domain/time.ts'
import { API, type TestServer, testServer, type TestServerOptions } from '../support/server.ts'

// APIs that fetch the keys by the clock, and never because they meet a kid that they do not know: the least
// that a library does. Each asks at its own second, of an isolate of its own, which remembers what it answered.

const START = Date.UTC(2026, 10, 22, 10) / 1000
const INTERVALS = [0, 15 * MINUTE, HOUR, DAY]
const LIFETIME = 600

type Poller = { interval: Seconds; at: Seconds; keys: JSONWebKeySet; isolate: TestServer }

async function fetchKeys(poller: Poller, now: Seconds): Promise<void> {
  poller.isolate.clock.now = now
  const response = await poller.isolate.send('/.well-known/jwks.json')
  poller.keys = await response.json<JSONWebKeySet>()
  poller.at = now
}

/** A world in which the keys have been published since yesterday, as in any deployment that is a day old. */
async function world(options: TestServerOptions = {}) {
  const server = testServer({ now: START - 2 * DAY, ...options })
  await server.api()
  const fields = { access_token_lifetime: LIFETIME }
  const client = await server.client({ [API]: 'invoices:read' }, fields)
  await server.cron()
  const extend = 'UPDATE portcullis_secrets SET expires_at = expires_at + ?'
  await env.DB.prepare(extend)
    .bind(1000 * DAY)
    .run()
  server.clock.now = START
  const isolate = () => testServer({ now: START })
  const pollers = INTERVALS.map((interval) => ({
    interval,
    at: 0,
    keys: { keys: [] },
    isolate: isolate(),
  }))
  for (const poller of pollers) await fetchKeys(poller, START - Math.min(1, poller.interval))
  return { server, client, pollers, refused: [] as string[], kids: new Set<string>() }
}

type World = Awaited<ReturnType<typeof world>>

/** Time passes; a token is issued at each step, and verified by every API at the end of its life too. */
async function pass(all: World, until: Seconds, step: Seconds, signer = all.server) {
  while (all.server.clock.now < until) {
    const now = Math.min(until, all.server.clock.now + step)
    all.server.clock.now = now
    signer.clock.now = now
    await check(all, await signer.token(all.client), now)
  }
}

async function check({ pollers, refused, kids }: World, token: string, now: Seconds) {
  kids.add(String(decodeProtectedHeader(token).kid))
  for (const poller of pollers) {
    if (now >= poller.at + poller.interval) await fetchKeys(poller, now)
    for (const at of [now, now + LIFETIME - 1]) {
      // Asking in between gives newer keys: the worst case is a poller that does not.
      const currentDate = new Date(at * 1000)
      const verified = jwtVerify(token, createLocalJWKSet(poller.keys), { currentDate })
      const isGood = await verified.then(
        () => true,
        () => false,
      )
      if (!isGood) refused.push(`${poller.interval} at ${now - START}`)
    }
  }
}

describe('INV-12: no good token is refused by an API that fetches the keys by the clock', () => {
  it('through a rotation by hand, of a standby that every cache has, and one that is young', async () => {
    const all = await world()
    await pass(all, START + HOUR, 20 * MINUTE)
    await all.server.adminOk('POST', '/signing-keys')
    await pass(all, START + 2 * HOUR, 5 * MINUTE)
    expect(all.kids.size).toBe(2)
    const { activates_at } = await all.server.adminOk('POST', '/signing-keys')
    const handover = Date.parse(activates_at) / 1000
    expect(handover).toBeGreaterThan(START + DAY)
    await pass(all, handover - 10, HOUR)
    await pass(all, handover + 10, 1)
    await pass(all, handover + DAY, HOUR)
    expect([all.refused, all.kids.size]).toEqual([[], 3])
  })

  it('through a rotation by age', async () => {
    const all = await world({ signingKeyDays: 3 })
    for (let hour = 1; hour <= 4 * 24; hour++) {
      await pass(all, START + hour * HOUR, 30 * MINUTE)
      await all.server.cron()
    }
    expect(all.refused).toEqual([])
    expect(all.kids.size).toBe(2)
  })

  it('through an emergency', async () => {
    const all = await world()
    await pass(all, START + HOUR, 20 * MINUTE)
    const [leaked = ''] = all.kids
    await all.server.adminOk('DELETE', `/signing-keys/${leaked}`)
    await pass(all, START + HOUR + 10, 1)
    await pass(all, START + 3 * DAY, HOUR)
    expect([all.refused, all.kids.size]).toEqual([[], 2])
    for (const { keys } of all.pollers)
      expect(keys.keys.map(({ kid }) => kid)).not.toContain(leaked)
  })

  it('through a change of the algorithm, and an emergency in the middle of it', async () => {
    const all = await world()
    await pass(all, START + HOUR, 20 * MINUTE)
    const changed = testServer({ now: all.server.clock.now, signingAlgorithm: 'RS256' })
    await pass(all, START + 2 * HOUR, 10 * MINUTE, changed)
    const [leaked = ''] = all.kids
    await changed.adminOk('DELETE', `/signing-keys/${leaked}`)
    await pass(all, START + 3 * HOUR, 10 * MINUTE, changed)
    // The cron does not run in all this time: what it would do the tokens do, behind their answers.
    await pass(all, START + 2 * DAY, 20 * MINUTE, changed)
    expect([all.refused, all.kids.size]).toEqual([[], 3])
    const { data } = await changed.adminOk('GET', '/signing-keys')
    const states = data.map((key: Record<string, string>) => `${key['algorithm']} ${key['state']}`)
    expect(states.sort()).toEqual(['ES256 gone', 'ES256 revoked', 'RS256 active', 'RS256 standby'])
  })
})
