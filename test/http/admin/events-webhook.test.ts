import { afterEach, expect, it, vi } from 'vitest'
import { eventsReceiver, serverWithEvents } from '../../support/events-receiver.ts'
import { type Json, testServer } from '../../support/server.ts'

afterEach(() => vi.restoreAllMocks())

it('is off without a URL, and then nothing can be sent', async () => {
  const server = testServer()
  expect(await server.adminOk('GET', '/events-webhook')).toEqual({
    configured: false,
    format: null,
    host: null,
    begun_at: null,
    pending: 0,
    oldest_pending_at: null,
    failing_since: null,
    next_attempt_at: null,
    last_failures: [],
    set_aside: [],
  })
  for (const path of ['/events-webhook/test', '/events-webhook/resend']) {
    const response = await server.admin('POST', path)
    expect(response.status).toBe(409)
    expect((await response.json<Json>())['detail']).toContain('EVENTS_WEBHOOK_URL')
  }
})

it('sends a test event, and says what the receiver answered', async () => {
  const receiver = eventsReceiver()
  const server = serverWithEvents()
  expect(await server.adminOk('POST', '/events-webhook/test')).toEqual({ accepted: true })
  expect(receiver.taken).toMatchObject([{ type: 'webhook.test', data: {} }])
  receiver.answer = async () => 500
  const refused = await server.admin('POST', '/events-webhook/test', {})
  expect(refused.status).toBe(502)
  const detail = 'The receiver did not accept the test event: status 500.'
  expect(await refused.json()).toMatchObject({
    type: 'urn:portcullis:problem:event_failed',
    title: 'The event was not accepted',
    detail,
  })
})
