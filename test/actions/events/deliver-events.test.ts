import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Plan } from '../../doubles/faults.ts'
import {
  begin,
  eventIdsAfter,
  eventsReceiver,
  runs,
  serverWithEvents,
} from '../../support/events-receiver.ts'
import { testServer } from '../../support/server.ts'

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))
afterEach(() => vi.restoreAllMocks())

/** Counts the calls of D1. */
function counter() {
  const count = { calls: 0 }
  const plan: Plan = () => {
    count.calls++
    return null
  }
  return { count, plan }
}

describe('the delivery of events', () => {
  it('begins with what happens from then on, in the order of the log', async () => {
    const receiver = eventsReceiver()
    const server = serverWithEvents()
    await server.api()
    const begun = await begin(server, receiver)
    const client = await server.client()
    await server.suspend(client, { reason: 'A leak' })
    await server.resume(client)
    await runs(server, 1)
    expect(receiver.accepted()).toEqual(await eventIdsAfter(begun))
    expect(receiver.taken.map(({ type }) => type)).toEqual([
      'client.created',
      'client.suspended',
      'client.resumed',
    ])
    expect(receiver.taken[1]?.data).toMatchObject({
      action: 'client.suspended',
      client_id: client.id,
      client_name: 'Nightly billing export',
      reason: 'A leak',
      sequence: begun + 2,
    })
  })

  it('keeps the name of a client that is deleted by then', async () => {
    const receiver = eventsReceiver()
    const server = serverWithEvents()
    await begin(server, receiver)
    const client = await server.client()
    await server.adminOk('DELETE', `/clients/${client.id}`)
    await runs(server, 1)
    expect(receiver.taken.at(-1)).toMatchObject({
      type: 'client.deleted',
      data: { client_name: 'Nightly billing export' },
    })
  })

  it('asks the database nothing while it is off, and once in a run without news', async () => {
    eventsReceiver()
    const [off, on] = [counter(), counter()]
    const without = serverWithEvents({ EVENTS_WEBHOOK_URL: '' }, off.plan)
    await runs(without, 2)
    off.count.calls = 0
    await runs(without, 1)
    const server = serverWithEvents({}, on.plan)
    server.clock.now = without.clock.now
    await runs(server, 2)
    on.count.calls = 0
    await runs(server, 1)
    expect(on.count.calls).toBe(off.count.calls + 1)
  })

  it('is behind no answer: a change does not wait for the receiver', async () => {
    const receiver = eventsReceiver()
    const server = serverWithEvents()
    await begin(server, receiver)
    receiver.answer = () => new Promise(() => {})
    await server.client()
    expect(receiver.taken).toEqual([])
  })

  it('begins anew when it is switched on again', async () => {
    const receiver = eventsReceiver()
    const server = serverWithEvents()
    await begin(server, receiver)
    const off = testServer({ now: server.clock.now })
    await runs(off, 1)
    await off.client()
    server.clock.now = off.clock.now
    await runs(server, 2)
    expect(receiver.taken).toEqual([])
    await server.client()
    await runs(server, 1)
    expect(receiver.taken.map(({ type }) => type)).toEqual(['client.created'])
  })

  it('waits while a setting is wrong, and then sends what happened meanwhile', async () => {
    const receiver = eventsReceiver()
    const server = serverWithEvents()
    await begin(server, receiver)
    const wrong = serverWithEvents({ EVENTS_WEBHOOK_SECRET: 'whsec_short' })
    wrong.clock.now = server.clock.now
    await wrong.client()
    await runs(wrong, 3)
    expect(receiver.taken).toEqual([])
    const shown = await wrong.adminOk('GET', '/events-webhook')
    expect(shown).toMatchObject({ configured: true, format: null, host: null, pending: 1 })
    server.clock.now = wrong.clock.now
    await runs(server, 15)
    expect(receiver.taken.map(({ type }) => type)).toEqual(['client.created'])
  })

  it('takes a backlog in portions, and stays within the operations of a run', async () => {
    const receiver = eventsReceiver()
    const server = serverWithEvents()
    const begun = await begin(server, receiver)
    for (let n = 0; n < 40; n++) await server.client()
    await runs(server, 1)
    expect(receiver.taken.length).toBeGreaterThanOrEqual(10)
    expect(receiver.taken.length).toBeLessThan(40)
    await runs(server, 4)
    expect(receiver.accepted()).toEqual(await eventIdsAfter(begun))
  })
})
