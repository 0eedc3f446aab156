import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DAY, HOUR } from '../../../src/domain/time.ts'
import {
  begin,
  eventIdsAfter,
  eventsReceiver,
  runs,
  serverWithEvents,
  withoutRepeats,
} from '../../support/events-receiver.ts'
import { type Json, type TestServer, testServer } from '../../support/server.ts'

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))
beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}))
afterEach(() => vi.restoreAllMocks())

const shownBy = (server: TestServer) => server.adminOk('GET', '/events-webhook')

/** Runs the cron every quarter of an hour, or every so many minutes. */
async function quarters(server: TestServer, many: number, minutes = 15) {
  for (let n = 0; n < many; n++) {
    server.clock.now += (minutes - 1) * 60
    await runs(server, 1)
  }
}

const late = () => Promise.reject(new DOMException('timed out', 'TimeoutError'))

describe('a receiver that does not answer', () => {
  it.each([
    ['answers 503', async () => 503, 'status 503'],
    ['answers 429', async () => 429, 'status 429'],
    ['redirects', async () => 302, 'status 302'],
    ['hangs', late, 'no answer within 10 seconds'],
    ['is gone', () => Promise.reject(new TypeError('lost: secret')), 'no connection'],
  ])('%s for a day: nothing is lost, and order is kept', async (_, fail, problem) => {
    const receiver = eventsReceiver()
    const server = serverWithEvents()
    const begun = await begin(server, receiver)
    const well = receiver.answer
    receiver.answer = fail
    const client = await server.client()
    await quarters(server, 6, 120)
    await server.suspend(client)
    await quarters(server, 6, 120)
    const shown = await shownBy(server)
    expect(shown).toMatchObject({ pending: (await eventIdsAfter(begun)).length, set_aside: [] })
    expect(shown['last_failures']).toHaveLength(5)
    expect(shown['last_failures'][0]).toMatchObject({ type: 'client.created', problem })
    expect(JSON.stringify(shown)).not.toMatch(/do-not-show|lost/)
    receiver.answer = well
    await quarters(server, 2)
    expect(receiver.accepted()).toEqual(await eventIdsAfter(begun))
    expect(await shownBy(server)).toMatchObject({ pending: 0, failing_since: null })
  })

  it('is asked less and less often, and at least every quarter of an hour', async () => {
    const receiver = eventsReceiver()
    const server = serverWithEvents()
    await begin(server, receiver)
    receiver.answer = async () => 500
    await server.client()
    await runs(server, 60)
    expect(receiver.taken.length).toBeGreaterThanOrEqual(6)
    expect(receiver.taken.length).toBeLessThanOrEqual(9)
  })

  it('is a problem of the server after an hour, and a serious one after a day', async () => {
    const receiver = eventsReceiver()
    const server = serverWithEvents()
    await begin(server, receiver)
    receiver.answer = async () => 500
    await server.client()
    const health = async (): Promise<Json> => {
      const response = await server.send('/health', {
        headers: { Authorization: `Bearer ${server.bindings.BOOTSTRAP_TOKEN}` },
      })
      return response.json<Json>()
    }
    const found = async () =>
      ((await health())['problems'] as Json[]).find(({ problem }) => problem === 'events_behind')
    await quarters(server, 2)
    expect(await found()).toBeUndefined()
    await quarters(server, 3)
    expect(await found()).toMatchObject({ level: 'degraded' })
    expect((await health())['events']).toMatchObject({ set_aside: 0, last_error: 'status 500' })
    server.clock.now += DAY
    await runs(server, 1)
    expect(await found()).toMatchObject({ level: 'failing' })
  })
})

/** A receiver that never accepts the suspension, whatever else it does. */
function refusing(receiver: ReturnType<typeof eventsReceiver>, others: number) {
  receiver.answer = async (type) => (type === 'client.suspended' ? 422 : others)
}

async function suspendedAndResumed(server: TestServer) {
  const client = await server.client()
  await server.suspend(client)
  await server.resume(client)
}

describe('an event that the receiver refuses', () => {
  it('is set aside after an hour, and sent again when a person asks for it', async () => {
    const receiver = eventsReceiver()
    const server = serverWithEvents()
    const begun = await begin(server, receiver)
    refusing(receiver, 204)
    await suspendedAndResumed(server)
    await quarters(server, 3)
    expect(await shownBy(server)).toMatchObject({ set_aside: [] })
    await quarters(server, 3)
    const [created, suspended, ...later] = await eventIdsAfter(begun)
    const [aside] = (await shownBy(server))['set_aside']
    expect(aside).toMatchObject({ event_id: suspended, problem: 'status 422' })
    const real = receiver.accepted().filter((id) => !id.startsWith('test_'))
    expect(real).toEqual([created, ...later])
    const again = await server.adminOk('POST', '/events-webhook/resend')
    expect(again['results']).toMatchObject([{ accepted: false, problem: 'status 422' }])
    receiver.answer = async () => 204
    const body = { event_id: aside['event_id'] }
    const done = await server.adminOk('POST', '/events-webhook/resend', body)
    expect(done['results']).toMatchObject([{ accepted: true, problem: null }])
    expect(receiver.accepted().at(-1)).toBe(suspended)
    expect(await shownBy(server)).toMatchObject({ set_aside: [], pending: 0 })
    expect((await server.admin('POST', '/events-webhook/resend', body)).status).toBe(404)
  })

  it('waits, with all others, while the receiver refuses a test event as well', async () => {
    const receiver = eventsReceiver()
    const server = serverWithEvents()
    const begun = await begin(server, receiver)
    receiver.answer = async () => 401
    await suspendedAndResumed(server)
    await quarters(server, 11, 120)
    expect(await shownBy(server)).toMatchObject({ set_aside: [] })
    receiver.answer = async () => 204
    await quarters(server, 2)
    expect(receiver.accepted()).toEqual(await eventIdsAfter(begun))
  })

  it('is set aside after a day even so, one event at a time', async () => {
    const receiver = eventsReceiver()
    const server = serverWithEvents()
    await begin(server, receiver)
    receiver.answer = async () => 400
    await suspendedAndResumed(server)
    await quarters(server, 13, 120)
    const { set_aside: aside } = await shownBy(server)
    expect((aside as Json[]).map(({ type }) => type)).toEqual(['client.created'])
  })
})

describe('two crons at once', () => {
  it('do not both send, and keep the order', async () => {
    const receiver = eventsReceiver()
    const server = serverWithEvents()
    const begun = await begin(server, receiver)
    receiver.answer = async () => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      return 204
    }
    for (let n = 0; n < 5; n++) await suspendedAndResumed(server)
    for (let minute = 0; minute < 3; minute++) {
      server.clock.now += 60
      const other = serverWithEvents()
      other.clock.now = server.clock.now
      await Promise.allSettled([server.cron(), other.cron(), server.cron()])
    }
    expect(receiver.accepted()).toEqual(await eventIdsAfter(begun))
  })

  it('leave what is being sent to the run that sends it, until its lease has ended', async () => {
    const receiver = eventsReceiver()
    const server = serverWithEvents()
    const begun = await begin(server, receiver)
    let isSending = false
    receiver.answer = () => {
      isSending = true
      return new Promise(() => {})
    }
    await server.client()
    server.clock.now += 60
    void server.cron()
    await vi.waitFor(() => expect(isSending).toBe(true), 60_000)
    const others = testServer({ now: server.clock.now, env: server.bindings })
    receiver.answer = async () => 204
    await runs(others, 5)
    expect(receiver.accepted()).toEqual([])
    others.clock.now += HOUR
    await runs(others, 1)
    expect(withoutRepeats(receiver.accepted())).toEqual(await eventIdsAfter(begun))
  })
})
