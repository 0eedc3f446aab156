import { describe, expect, it, vi } from 'vitest'
import type { AuditEvent } from '../../src/domain/audit.ts'
import type { EventMessage, EventsFormat } from '../../src/domain/events-webhook.ts'
import { eventCopies } from '../../src/outbound/events/checkpoint-events.ts'
import { eventPusher } from '../../src/outbound/events/event-pusher.ts'
import { makeEventsWebhook, WRONGLY_CONFIGURED } from '../../src/outbound/events/events-webhook.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const AT = '2026-11-22T12:00:00Z'
const ISSUER = 'https://auth.example'
const HOST = 'siem.example'

const EVENT: AuditEvent = {
  eventId: 'evt_1',
  seq: 7,
  at: NOON,
  action: 'secret.expiry_changed' as AuditEvent['action'],
  actor: { type: 'administrator', id: 'administrator_1' },
  clientId: 'client_1',
  target: { type: 'secret', id: 'secret_1' },
  reason: 'Late.',
  changes: { expires_at: { from: null, to: AT } },
  requestId: 'request_1',
  seal: 'seal',
}
const NAMES = new Map([
  ['client client_1', { name: 'Export & more', isGone: false }],
  ['administrator administrator_1', { name: 'Ada', isGone: false }],
])

type Event = Extract<EventMessage, { kind: 'event' }>
const event = (changes: Partial<AuditEvent> = {}, names: Event['names'] = NAMES): EventMessage => ({
  kind: 'event',
  event: { ...EVENT, ...changes },
  names,
})
const TEST: EventMessage = { kind: 'test', id: 'test_1', at: NOON }
const CHECKPOINT = { size: 12, at: NOON, note: 'origin\n12\n\nroot\n' } as const
const NOTE = { kind: 'checkpoint', checkpoint: CHECKPOINT } as unknown as EventMessage

/** Sends a message in a format: its body, and how the receiver took it. */
async function sent(
  format: EventsFormat,
  message: EventMessage,
  issuer: string | null = ISSUER,
  status = 200,
) {
  const requests: Request[] = []
  const fetcher: typeof fetch = async (input, init) => {
    requests.push(new Request(input, init))
    return new Response(null, { status })
  }
  const around = { issuer, describe: () => ({ described: true }), now: () => NOON, fetcher }
  const settings = { url: `https://${HOST}/in`, format, keys: [] }
  const webhook = makeEventsWebhook(settings, around)
  const delivery = await webhook.send(message)
  return { webhook, delivery, body: await requests[0]?.json() }
}

const plain = (text: string) => ({ type: 'plain_text', text, emoji: false })
const opening = (url: string) => ({ type: 'mrkdwn', text: `<${url}|Open in Portcullis>` })

describe('in the standard format', () => {
  it.each([
    [
      'an event',
      event(),
      { type: EVENT.action, timestamp: AT, data: { described: true, sequence: 7 } },
    ],
    ['a test', TEST, { type: 'webhook.test', timestamp: AT, data: {} }],
    [
      'a checkpoint',
      NOTE,
      {
        type: 'audit_log.checkpoint',
        timestamp: AT,
        data: { size: 12, checkpoint: CHECKPOINT.note },
      },
    ],
  ])('%s is this', async (_what, message, body) => {
    expect((await sent('standard', message)).body).toEqual(body)
  })
})

const CLIENT_PAGE = `${ISSUER}/console/clients/client_1`
const CONSOLE = `${ISSUER}/console`

/** The words of each message: its title, its lines, and where its link leads. */
const WORDS: [string, EventMessage, string, string[], string][] = [
  [
    'an event',
    event(),
    'Secret expiry changed: Export & more',
    ['By Ada', `Expires ${AT}`, 'Reason: Late.', AT],
    CLIENT_PAGE,
  ],
  [
    'an event without names, a reason and an end',
    event({ reason: '', changes: undefined }, new Map()),
    'Secret expiry changed: client_1',
    ['By administrator_1', AT],
    CLIENT_PAGE,
  ],
  [
    'an event of no client',
    event({ clientId: null, changes: { expires_at: { from: AT, to: null } } }),
    'Secret expiry changed: secret secret_1',
    ['By Ada', 'Reason: Late.', AT],
    CONSOLE,
  ],
  [
    'an event of something with a name',
    event({ clientId: null, target: { type: 'administrator', id: 'administrator_1' } }),
    'Secret expiry changed: Ada',
    ['By Ada', `Expires ${AT}`, 'Reason: Late.', AT],
    CONSOLE,
  ],
  ['a test', TEST, 'Test event', ['Events of Portcullis arrive here.', AT], CONSOLE],
  [
    'a checkpoint',
    NOTE,
    'Checkpoint of the audit log: 12 events',
    ['origin', '12', 'root'],
    CONSOLE,
  ],
]

const run = (text: string, look: object) => ({
  type: 'RichTextBlock',
  inlines: [{ type: 'TextRun', text, ...look }],
})

describe.each(WORDS)('%s has these words', (_what, message, title, lines, link) => {
  it('in Slack', async () => {
    const text = title.replace('&', '&amp;')
    const blocks = (end: object[]) => [
      { type: 'section', text: plain(title) },
      { type: 'context', elements: [...lines.map(plain), ...end] },
    ]
    const { body } = await sent('slack', message)
    expect(body).toEqual({ text, blocks: blocks([opening(link)]) })
    expect((await sent('slack', message, null)).body).toEqual({ text, blocks: blocks([]) })
  })

  it('in Teams', async () => {
    const card = (actions: object[]) => ({
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: {
            $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
            type: 'AdaptiveCard',
            version: '1.4',
            body: [
              run(title, { weight: 'Bolder', size: 'Medium' }),
              ...lines.map((line) => run(line, { isSubtle: true })),
            ],
            actions,
          },
        },
      ],
    })
    const open = { type: 'Action.OpenUrl', title: 'Open in Portcullis', url: link }
    expect((await sent('teams', message)).body).toEqual(card([open]))
    expect((await sent('teams', message, null)).body).toEqual(card([]))
  })
})

it('a receiver is known by its format and its host', async () => {
  const { webhook } = await sent('slack', TEST)
  expect([webhook.format, webhook.host]).toEqual(['slack', HOST])
})

it('nothing leaves where the settings are wrong', async () => {
  const { format, host } = WRONGLY_CONFIGURED
  const detail = 'a setting of the events webhook is wrong'
  expect([format, host, await WRONGLY_CONFIGURED.send(TEST)]).toEqual([
    null,
    null,
    { outcome: 'failed', detail },
  ])
})

it('a checkpoint that was not taken is an error, and one that was is none', async () => {
  const send =
    vi.fn<() => Promise<{ outcome: 'accepted' } | { outcome: 'failed'; detail: string }>>()
  const copies = eventCopies({ format: 'slack', host: HOST, send })
  send.mockResolvedValueOnce({ outcome: 'accepted' })
  await copies.keep(CHECKPOINT as never)
  expect(send).toHaveBeenCalledWith({ kind: 'checkpoint', checkpoint: CHECKPOINT })
  send.mockResolvedValueOnce({ outcome: 'failed', detail: 'status 500' })
  const says = 'the receiver of events did not take a checkpoint: status 500'
  await expect(copies.keep(CHECKPOINT as never)).rejects.toThrow(says)
})

describe('a security event that is pushed', () => {
  it.each([
    ['with its header', 'Bearer x', { authorization: 'Bearer x' }],
    ['without one', null, {}],
  ])('goes %s', async (_how, authorization, headers) => {
    const fetched = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response())
    const url = `https://${HOST}/events`
    const delivery = await eventPusher.send({ url, authorization, token: 'a.b.c' })
    const [input, init] = fetched.mock.calls[0] ?? []
    fetched.mockRestore()
    const request = new Request(input as string, init)
    expect([delivery, request.method, await request.text()]).toEqual([
      { outcome: 'accepted' },
      'POST',
      'a.b.c',
    ])
    expect(Object.fromEntries(request.headers)).toEqual({
      'content-type': 'application/secevent+jwt',
      accept: 'application/json',
      ...headers,
    })
  })
})
