import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { HOUR } from '../../src/domain/time.ts'
import { signIn } from '../support/console.ts'
import { begin, eventsReceiver, runs, serverWithEvents } from '../support/events-receiver.ts'
import { testServer } from '../support/server.ts'

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))
beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}))
afterEach(() => vi.restoreAllMocks())

describe('the events webhook in Setup', () => {
  it('is a line that says how to switch it on, while it is off', async () => {
    const page = await (await signIn(testServer())).html('/setup')
    expect(page).toContain('set EVENTS_WEBHOOK_URL')
    expect(page).not.toContain('Send a test event')
  })

  it('shows what waits, since when and why, and none of the URL but the host', async () => {
    const receiver = eventsReceiver()
    const server = serverWithEvents()
    await begin(server, receiver)
    receiver.answer = async () => 503
    await server.client()
    await runs(server, 1)
    server.clock.now += 2 * HOUR
    const page = await (await signIn(server)).html('/setup')
    expect(page).toContain('siem.example')
    expect(page).toContain('status 503')
    expect(page).toContain('client.created')
    expect(page).toContain('None is lost')
    expect(page).not.toContain('do-not-show')
  })

  it('sends a test event, and says what the receiver did', async () => {
    const receiver = eventsReceiver()
    const server = serverWithEvents()
    const visitor = await signIn(server)
    const sent = await visitor.post('/setup/test-event')
    expect(await sent.text()).toContain('The test event was accepted by the receiver.')
    receiver.answer = async () => 403
    const refused = await (await visitor.post('/setup/test-event')).text()
    expect(refused).toContain('did not accept the test event: status 403.')
    expect(receiver.taken.map(({ type }) => type)).toEqual(['webhook.test', 'webhook.test'])
  })

  it('resends what was set aside', async () => {
    const receiver = eventsReceiver()
    const server = serverWithEvents()
    await begin(server, receiver)
    receiver.answer = async (type) => (type === 'client.created' ? 400 : 204)
    await server.client()
    for (let n = 0; n < 6; n++) {
      server.clock.now += 14 * 60
      await runs(server, 1)
    }
    const visitor = await signIn(server)
    expect(await visitor.html('/setup')).toContain('choose Resend below')
    receiver.answer = async () => 204
    const done = await (await visitor.post('/setup/resent-events')).text()
    expect(done).toContain('1 of 1 event was accepted by the receiver.')
    expect(done).not.toContain('Set aside')
  })
})
