import { describe, expect, it } from 'vitest'
import type { AuditEvent } from '../../src/domain/audit.ts'
import { type EventMessage, readEventsWebhook } from '../../src/domain/events-webhook.ts'
import { makeEventsWebhook } from '../../src/outbound/events/events-webhook.ts'
import { eventBody } from '../../src/web/event-body.ts'

const URL = 'https://siem.example/in?token=do-not-show'
const SECRETS = [1, 2].map((n) => `whsec_${btoa(`a secret of the tests number ${n}`)}`)
const NOW = 1_795_000_000

const EVENT: AuditEvent = {
  eventId: 'evt_1',
  seq: 7,
  at: NOW - 5,
  action: 'client.suspended',
  actor: { type: 'administrator', id: 'administrator_1' },
  clientId: 'client_1',
  target: { type: 'client', id: 'client_1' },
  reason: '<!channel> *leak* & [more](https://evil.example)',
  requestId: 'request_1',
  seal: 'seal',
}
const NAMES = new Map([
  [
    'client client_1',
    { name: '<https://evil.example|Nightly> [x](https://evil.example)', isGone: false },
  ],
  ['administrator administrator_1', { name: 'ann@example.com', isGone: true }],
])
const MESSAGE: EventMessage = { kind: 'event', event: EVENT, names: NAMES }
const CHECKPOINT = {
  kind: 'checkpoint',
  checkpoint: { size: 12, at: NOW, note: 'origin\n12\n\nroot\n' },
} as unknown as EventMessage

type Sent = { headers: Record<string, string>; body: string; redirect: string }

/** Sends a message in a format; returns the outcome and what was sent. */
async function send(
  format: string,
  message = MESSAGE,
  answer: () => Promise<Response> = async () => new Response('ok'),
) {
  const sent: Sent[] = []
  const settings = readEventsWebhook({ url: URL, secret: SECRETS.join(' '), format })
  if (!settings) throw new Error('off')
  const fetcher: typeof fetch = async (input, init) => {
    const request = new Request(input, init)
    const headers = Object.fromEntries(request.headers)
    sent.push({ headers, body: await request.text(), redirect: request.redirect })
    return answer()
  }
  const around = { issuer: 'https://auth.example', describe: eventBody, now: () => NOW, fetcher }
  const delivery = await makeEventsWebhook(settings, around).send(message)
  const [only] = sent
  if (!only) throw new Error('nothing was sent')
  return { delivery, ...only, json: JSON.parse(only.body) as Record<string, unknown> }
}

describe('a message in the standard format', () => {
  it('is the event as the admin API shows it, with names', async () => {
    const { delivery, json, headers, redirect } = await send('standard')
    expect(delivery).toEqual({ outcome: 'accepted' })
    expect(redirect).toBe('manual')
    expect(json).toEqual({
      type: 'client.suspended',
      timestamp: new Date((NOW - 5) * 1000).toISOString().replace('.000', ''),
      data: {
        ...JSON.parse(JSON.stringify(eventBody(EVENT, NAMES))),
        sequence: 7,
        client_name: NAMES.get('client client_1')?.name,
      },
    })
    expect(headers).toMatchObject({ 'webhook-id': 'evt_1', 'webhook-timestamp': String(NOW) })
    expect(headers['webhook-signature']).toMatch(/^v1,\S{44} v1,\S{44}$/)
  })

  it.each([
    [200, 'accepted'],
    [204, 'accepted'],
    [302, 'failed'],
    [400, 'refused'],
    [401, 'refused'],
    [408, 'failed'],
    [410, 'refused'],
    [429, 'failed'],
    [500, 'failed'],
  ])('of which %i is the answer was %s', async (status, outcome) => {
    const { delivery } = await send('standard', MESSAGE, async () => new Response(null, { status }))
    expect(delivery.outcome).toBe(outcome)
    if ('detail' in delivery) expect(delivery.detail).toBe(`status ${status}`)
  })

  it('without an answer has failed, and no word of it quotes the URL', async () => {
    const lost = () => Promise.reject(new TypeError(`cannot reach ${URL}`))
    const { delivery } = await send('standard', MESSAGE, lost)
    expect(delivery).toEqual({ outcome: 'failed', detail: 'no connection' })
    const late = () => Promise.reject(new DOMException(`late: ${URL}`, 'TimeoutError'))
    const detail = 'no answer within 10 seconds'
    expect((await send('standard', MESSAGE, late)).delivery).toEqual({ outcome: 'failed', detail })
  })

  it.each([
    ['of an event', MESSAGE, 'evt_1'],
    ['of a test', { kind: 'test', id: 'test_1', at: NOW }, 'test_1'],
    ['of a checkpoint', CHECKPOINT, 'checkpoint_12'],
  ] as [string, EventMessage, string][])(
    'has an id by which a repeat is known: %s',
    async (_, message, id) => {
      const { headers } = await send('standard', message)
      expect(headers['webhook-id']).toBe(id)
    },
  )
})

describe('a message for a chat', () => {
  it('is in Slack plain text, in which nothing is markup, and has a link to the client', async () => {
    const { json, headers } = await send('slack')
    expect(headers['webhook-signature']).toBeUndefined()
    expect(Object.keys(json)).toEqual(['text', 'blocks'])
    expect(json['text']).toBe(
      'Client suspended: &lt;https://evil.example|Nightly&gt; [x](https://evil.example)',
    )
    const [section, context] = json['blocks'] as [{ text: object }, { elements: object[] }]
    expect(section).toMatchObject({ type: 'section', text: { type: 'plain_text' } })
    expect(context.elements.at(-1)).toEqual({
      type: 'mrkdwn',
      text: '<https://auth.example/console/clients/client_1|Open in Portcullis>',
    })
    expect(context.elements).toContainEqual(
      expect.objectContaining({ type: 'plain_text', text: `Reason: ${EVENT.reason}` }),
    )
    expect(JSON.stringify(context)).toContain('By ann@example.com')
  })

  it('is in Teams a card of text runs, which are no Markdown', async () => {
    const { json } = await send('teams')
    expect(json['type']).toBe('message')
    const [{ contentType, content }] = json['attachments'] as [Record<string, unknown>]
    expect(contentType).toBe('application/vnd.microsoft.card.adaptive')
    const { type, body, actions } = content as Record<string, Record<string, unknown>[]>
    expect(type).toBe('AdaptiveCard')
    expect(new Set(body?.map((block) => block['type']))).toEqual(new Set(['RichTextBlock']))
    expect(actions).toMatchObject([{ url: 'https://auth.example/console/clients/client_1' }])
  })

  it.each(['slack', 'teams'])('is a test in %s, too', async (format) => {
    const test: EventMessage = { kind: 'test', id: 'test_1', at: NOW }
    expect((await send(format, test)).body).toContain('Test event')
  })
})

describe('the settings of the events webhook', () => {
  it('are off without a URL, and take a format that needs no secret', () => {
    expect(readEventsWebhook({ url: '', secret: 'x', format: 'y' })).toBeNull()
    expect(readEventsWebhook({ url: URL, format: 'slack' })).toMatchObject({ keys: [] })
    expect(readEventsWebhook({ url: 'http://127.0.0.1:9/', format: 'teams' })).not.toBeNull()
  })

  it.each([
    [{ url: 'http://siem.example/' }, 'EVENTS_WEBHOOK_URL must be an https URL'],
    [{ url: 'https://a:b@siem.example/' }, 'EVENTS_WEBHOOK_URL must have no user'],
    [{ url: 'nonsense' }, 'EVENTS_WEBHOOK_URL must be an https URL'],
    [{ url: URL }, 'EVENTS_WEBHOOK_SECRET must be whsec_'],
    [{ url: URL, secret: 'a'.repeat(40) }, 'EVENTS_WEBHOOK_SECRET must be whsec_'],
    [{ url: URL, secret: `whsec_${btoa('short')}` }, 'EVENTS_WEBHOOK_SECRET must be whsec_'],
    [{ url: URL, secret: `${SECRETS[0]} nonsense` }, 'EVENTS_WEBHOOK_SECRET must be whsec_'],
    [{ url: URL, secret: SECRETS[0], format: 'xml' }, 'EVENTS_WEBHOOK_FORMAT must be one of'],
  ])('are refused: %j', (config, problem) => {
    const refuse = () => readEventsWebhook(config)
    expect(refuse).toThrow(problem)
    expect(refuse).not.toThrow(/do-not-show/)
  })
})
