import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DAY, isoTime } from '../../../src/domain/time.ts'
import { dayOf } from '../../../src/domain/token-counts.ts'
import type { Call, Fault } from '../../doubles/faults.ts'
import { begin, eventsReceiver, runs, serverWithEvents } from '../../support/events-receiver.ts'
import { type Client, type Json, type TestServer, testServer } from '../../support/server.ts'

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))
afterEach(() => vi.restoreAllMocks())

const dayIn = (server: TestServer, days: number) =>
  isoTime(server.clock.now + days * DAY).slice(0, 10)

const endingIn = (server: TestServer, days: number): Promise<Client> =>
  server.client({}, { secret: { expires_on: dayIn(server, days), remind: false } })

/** The events of these types about a client, as the log has them. */
async function noticesOf(server: TestServer, { id }: Client): Promise<Json[]> {
  const { data } = await server.adminOk('GET', `/audit-events?client_id=${id}&limit=100`)
  const isNotice = ({ action }: Json) => /\.(expir\w+|refused_often)$/.test(String(action))
  return (data as Json[]).filter(isNotice).toReversed()
}

const actionsOf = async (server: TestServer, client: Client) =>
  (await noticesOf(server, client)).map(({ action }) => String(action))

async function begun(plan?: (call: Call) => Fault | null) {
  const receiver = eventsReceiver()
  const server = serverWithEvents({}, plan)
  await begin(server, receiver)
  return { receiver, server }
}

describe('the end of a credential', () => {
  it('is an event when it comes near, and one when it has come: once, and also without mails', async () => {
    const { receiver, server } = await begun()
    const client = await endingIn(server, 20)
    await runs(server, 2)
    expect(await actionsOf(server, client)).toEqual([])
    server.clock.now += 7 * DAY
    await runs(server, 3)
    expect(await actionsOf(server, client)).toEqual(['secret.expiring'])
    server.clock.now += 14 * DAY
    await runs(server, 3)
    const notices = await noticesOf(server, client)
    const { secret_id: id, expires_at: end } = client.body['secrets'][0] as Json
    expect(notices).toMatchObject([
      { action: 'secret.expiring', target: { type: 'secret', id } },
      { action: 'secret.expired', changes: { expires_at: { from: null, to: end } } },
    ])
    expect(receiver.taken.map(({ type }) => type)).toContain('secret.expired')
    expect(receiver.taken.at(-1)?.data['client_name']).toBe('Nightly billing export')
  })

  it('is an event for keys, too', async () => {
    const { server } = await begun()
    const client = await server.client({}, { secret: null })
    const rule = { san_dns: 'a.example', expires_on: dayIn(server, 3) }
    await server.adminOk('POST', `/clients/${client.id}/certificates`, rule)
    await runs(server, 2)
    expect(await noticesOf(server, client)).toMatchObject([{ target: { type: 'certificate' } }])
  })

  it('is an event again after an extension, and none for a secret that was replaced', async () => {
    const { server } = await begun()
    const client = await endingIn(server, 2)
    await runs(server, 2)
    const [{ secret_id: id }] = client.body['secrets'] as [Json]
    const path = `/clients/${client.id}/secrets`
    await server.adminOk('PATCH', `${path}/${id}`, { expires_on: dayIn(server, 10) })
    await runs(server, 2)
    const before = await actionsOf(server, client)
    expect(before).toEqual(['secret.expiring', 'secret.expiring'])
    await server.adminOk('POST', path, { retire_others_in: 0 })
    server.clock.now += 60 * DAY
    await runs(server, 2)
    expect(await actionsOf(server, client)).toEqual(before)
  })

  it('is no event while events are off, nor afterwards', async () => {
    const receiver = eventsReceiver()
    const off = testServer()
    const client = await endingIn(off, 1)
    off.clock.now += 3 * DAY
    await runs(off, 2)
    const server = serverWithEvents()
    server.clock.now = off.clock.now
    await begin(server, receiver)
    await runs(server, 2)
    expect(await actionsOf(server, client)).toEqual([])
  })

  it('is one event when crons run at once, and when each statement of one fails', async () => {
    let isArmed = false
    let calls = 0
    let failing = 0
    const { server } = await begun(() =>
      isArmed && ++calls > failing ? 'throws after commit' : null,
    )
    const clients = [await endingIn(server, 1), await endingIn(server, 1)]
    const marked = 'SELECT count(*) AS n FROM portcullis_secrets WHERE expiry_told = 1'
    for (failing = 12; (await env.DB.prepare(marked).first('n')) === 0 && failing < 60; failing++) {
      ;[isArmed, calls] = [true, 0]
      await runs(server, 1)
      isArmed = false
    }
    server.clock.now += 60
    await Promise.allSettled([server.cron(), server.cron(), server.cron()])
    for (const client of clients) {
      expect(await actionsOf(server, client)).toEqual(['secret.expiring'])
    }
  })
})

describe('a client that is refused often', () => {
  const refuse = (server: TestServer, { id }: Client, outcome: string, count: number) =>
    env.DB.prepare('INSERT INTO portcullis_token_counts VALUES (?, ?, ?, ?)')
      .bind(dayOf(server.clock.now), id, outcome, count)
      .run()

  it('is an event once a day, from a hundred refusals on, whatever their reasons', async () => {
    const { server } = await begun()
    const [often, seldom] = [await server.client(), await server.client()]
    await refuse(server, often, 'wrong_secret', 60)
    await refuse(server, often, 'invalid_scope', 40)
    await refuse(server, often, 'issued', 500)
    await refuse(server, seldom, 'wrong_secret', 99)
    await refuse(server, seldom, 'issued', 500)
    await runs(server, 3)
    const refused_today = { from: null, to: { wrong_secret: 60, invalid_scope: 40 } }
    expect(await noticesOf(server, often)).toMatchObject([
      { action: 'client.refused_often', changes: { refused_today } },
    ])
    expect(await actionsOf(server, seldom)).toEqual([])
    server.clock.now += DAY
    await runs(server, 2)
    await refuse(server, often, 'suspended', 100)
    await runs(server, 2)
    expect(await actionsOf(server, often)).toHaveLength(2)
  })

  it('is counted by its token requests', async () => {
    const { server } = await begun()
    const client = await server.client()
    for (let n = 0; n < 100; n++) {
      await server.tokenRequest({ ...client, secret: `${client.secret}x` }, { scope: `s${n}` })
    }
    server.clock.now += 61
    // Failures of strangers are written with the next request of somebody who is known.
    await server.tokenRequest(client)
    await runs(server, 2)
    expect(await actionsOf(server, client)).toEqual(['client.refused_often'])
  })
})
