import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { aMinutePasses } from '../doubles/faults.ts'
import { API, type Client, ISSUER, testServer, type TestServer } from '../support/server.ts'
import { placeOf, statusIn, statusOf } from '../support/status-lists.ts'
import { opened, restore, snapshot } from './restored-world.ts'

// A restore takes the count of places back: what it gives again must bring no dead token to life.

const [VALID, INVALID, SUSPENDED] = [0, 1, 2]

let server: TestServer

beforeEach(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  server = testServer({ statusLists: true })
  await server.api()
  await server.cron()
})

const aClient = () => server.client({ [API]: 'invoices:read' }, { access_token_lifetime: 43_200 })

async function minutes(count: number): Promise<void> {
  for (let minute = 0; minute < count; minute++) {
    await aMinutePasses(server.clock, env.DB)
    await server.cron()
  }
}

/** A token of a client that a restore forgot, which its list named. */
async function forgottenToken(): Promise<string> {
  await minutes(2)
  const then = await snapshot()
  await minutes(1)
  const client = await aClient()
  const token = await server.token(client)
  expect(await statusOf(server, token)).toBe(VALID)
  await server.suspend(client)
  await minutes(1)
  await restore(then)
  return token
}

const isOfSamePlace = (a: string, b: string) => {
  const [one, other] = [placeOf(a), placeOf(b)]
  return one.uri === other.uri && Math.floor(one.idx / 256) === Math.floor(other.idx / 256)
}

describe('INV-19: after a restore', () => {
  it('no list is answered while the server is shut', async () => {
    const token = await forgottenToken()
    await server.cron()
    const path = placeOf(token).uri.slice(ISSUER.length)
    server.clock.now += 30
    expect((await server.send(path)).status).toBe(503)
    expect((await server.send('/oauth/status-lists')).status).toBe(503)
  })

  it('a client that got the place of a forgotten one before anybody noticed loses it', async () => {
    const token = await forgottenToken()
    const heir: Client = await aClient()
    const early = await server.token(heir)
    // The defect that is guarded against: the place was given a second time.
    expect(isOfSamePlace(token, early)).toBe(true)
    await opened(server)
    await server.cron()
    await opened(server)
    expect(await statusOf(server, token)).toBe(INVALID)
    expect(await statusOf(server, early)).toBe(INVALID)
    await minutes(61)
    const late = await server.token(heir)
    expect(isOfSamePlace(token, late)).toBe(false)
    expect(await statusOf(server, late)).toBe(VALID)
    expect(await statusOf(server, token)).toBe(INVALID)
  })

  it('clients from before it keep their place, and what was cut off stays so', async () => {
    const [kept, cut] = [await aClient(), await aClient()]
    const [good, bad] = [await server.token(kept), await server.token(cut)]
    await minutes(15)
    const then = await snapshot()
    await minutes(15)
    await server.suspend(cut)
    await minutes(1)
    await restore(then)
    await server.cron()
    await opened(server)
    expect(await statusOf(server, good)).toBe(VALID)
    expect(await statusOf(server, bad)).toBe(SUSPENDED)
  })

  it('who comes next gets a place of a new list', async () => {
    const token = await forgottenToken()
    await server.cron()
    await opened(server)
    await server.cron()
    const next = await server.token(await aClient())
    expect(placeOf(next).uri).not.toBe(placeOf(token).uri)
    expect(await statusOf(server, next)).toBe(VALID)
    const { uri, idx } = placeOf(token)
    expect(await statusIn(await (await server.send(uri.slice(ISSUER.length))).text(), idx)).toBe(
      INVALID,
    )
  })
})
