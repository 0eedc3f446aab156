import type { TestHarness } from 'wrangler'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Delivery, Letter } from '../../src/domain/mail.ts'
import {
  type MailServerOptions,
  OTHER_NAME,
  startMailServer,
  UNTRUSTED,
} from '../support/node/mail-server.ts'
import { startWorkers } from '../support/node/harness.ts'
import {
  type Misdeed,
  PHASES,
  type Phase,
  startScriptedMailServer,
} from '../support/node/scripted-mail-server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000
const AUTH = { user: 'mail@example.com', pass: 'p@ss:w/rd#?%' }
const TIMEOUTS = { step: 30_000, all: 120_000 }
const INSECURE = { allowInsecureAuth: true, disabledCommands: ['STARTTLS'] }
/** For a server that says nothing: each step before that is answered within it, on a busy machine too. */
const SHORT_TIMEOUTS = { step: 1500, all: 12_000 }

let harness: TestHarness
let url: URL
const open: { close(): Promise<void> }[] = []

beforeAll(async () => {
  const config = {
    name: 'smtp',
    main: 'test/e2e/fixtures/smtp-worker.ts',
    compatibility_date: '2026-10-20',
  }
  ;({ harness, url } = await startWorkers([{ config }]))
})
afterAll(() => harness.close())
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
  // No promise is left to be rejected, in whatever way a connection ended; workerd tells of bad TLS itself.
  const messages = harness.getLogs().map(({ message }) => message)
  expect(messages.filter((message) => !message.includes('TLS'))).toEqual([])
})

function reminderOf(...names: string[]): Letter {
  const reminders = names.map((clientName, i) => ({
    clientId: `client_${i}`,
    clientName,
    description: '',
    createdAt: NOW,
    days: 14,
    kind: 'secret' as const,
    credentialId: `secret_${i}`,
    hint: 'a1b2',
    expiresAt: Date.UTC(2026, 11, 5, 23, 59, 59) / 1000 + i * 86_400,
    lastUsedAt: null,
  }))
  return { kind: 'reminder', reminders, reader: 'administrator', now: NOW }
}

async function send(
  smtpUrl: string,
  letter: Letter = { kind: 'test', now: NOW },
  timeouts = TIMEOUTS,
): Promise<Delivery> {
  const mail = { messageId: 'message_1', to: 'ann@example.com', letter }
  const order = { smtpUrl, from: 'Portcullis ✉ <gate@example.com>', mail, timeouts, at: NOW }
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(order) })
  return (await response.json()) as Delivery
}

async function startServer(options: MailServerOptions = {}) {
  const server = await startMailServer(options)
  open.push(server)
  return server
}

async function startScripted(script: Partial<Record<Phase, Misdeed>>) {
  const server = await startScriptedMailServer(script)
  open.push(server)
  return server
}

describe('a message arrives', () => {
  it.each<[string, MailServerOptions]>([
    ['in plain text without credentials', {}],
    ['over STARTTLS without credentials', { starttls: true }],
    ['over TLS from the start', { secure: true }],
    ['over STARTTLS with AUTH PLAIN', { starttls: true, auth: { ...AUTH, methods: ['PLAIN'] } }],
    ['over STARTTLS with AUTH LOGIN', { starttls: true, auth: { ...AUTH, methods: ['LOGIN'] } }],
    ['over TLS with AUTH PLAIN', { secure: true, auth: { ...AUTH, methods: ['PLAIN'] } }],
    ['over TLS with AUTH LOGIN', { secure: true, auth: { ...AUTH, methods: ['LOGIN'] } }],
    [
      'with AUTH PLAIN whose line would be too long',
      { secure: true, auth: { user: 'u'.repeat(300), pass: 'p'.repeat(300) } },
    ],
    ['where AUTH is offered and there are no credentials', { behave: { disabledCommands: [] } }],
    [
      'on this machine without credentials, whatever certificate it has for STARTTLS',
      { starttls: true, behave: { cert: UNTRUSTED } },
    ],
    ['with credentials in plain text on this machine alone', { auth: AUTH, behave: INSECURE }],
  ])('%s', async (_how, options) => {
    const server = await startServer(options)
    expect(await send(server.url)).toEqual({ outcome: 'accepted' })
    expect(server.messages.map(({ envelope }) => envelope)).toEqual([
      { from: 'gate@example.com', to: ['ann@example.com'] },
    ])
  })

  it('with the words of its letter and with no header of a client name', async () => {
    const server = await startServer()
    const name = 'Łódź ✓\r\nBcc: eve@a.example\r\n\r\n.\r\n<b>"Nightly"'
    expect(await send(server.url, reminderOf(name))).toEqual({ outcome: 'accepted' })
    const [mail] = server.messages
    const seen = name.replaceAll(/[\r\n]/g, '\ufffd')
    expect(mail?.subject).toBe(`The secret of "${seen}" expires in 13 days`)
    expect(mail?.to).toEqual([{ address: 'ann@example.com', name: '' }])
    expect(mail?.from).toEqual({ address: 'gate@example.com', name: 'Portcullis ✉' })
    expect(mail?.bcc).toBeUndefined()
    expect(mail?.text).toContain(seen)
    expect(mail?.html).toContain('&lt;b&gt;&quot;Nightly&quot;')
    expect(mail?.messageId).toBe('<message_1@example.com>')
    expect(mail?.headers.map(({ key }) => key)).toEqual([
      'from',
      'to',
      'subject',
      'date',
      'message-id',
      'auto-submitted',
      'mime-version',
      'content-type',
    ])
  })

  it('with all of a long digest', async () => {
    const server = await startServer()
    const names = Array.from({ length: 500 }, (_, i) => `Client number ${i} 請求書`)
    expect(await send(server.url, reminderOf(...names))).toEqual({ outcome: 'accepted' })
    expect(names.filter((name) => !server.messages[0]?.text?.includes(name))).toEqual([])
  })
})

describe('a message is refused', () => {
  it('with a wrong password, which no detail says', async () => {
    const server = await startServer({ secure: true, auth: AUTH })
    const delivery = await send(server.url.replace('p%40ss', 'wrong'))
    expect(delivery).toEqual({
      outcome: 'refused',
      detail: 'the server answered AUTH PLAIN with: 535 Wrong user or password',
    })
    expect(server.messages).toEqual([])
  })

  it('where nobody listens', async () => {
    const server = await startScripted({})
    await server.close()
    const detail = expect.stringContaining('no connection to localhost') as string
    expect(await send(server.url)).toEqual({ outcome: 'refused', detail })
  })

  it.each<[string, MailServerOptions]>([
    ['no connection with TLS to localhost', { secure: true, auth: AUTH }],
    ['no TLS with localhost', { starttls: true, auth: AUTH }],
  ])('with "%s" where the certificate is not good for that', async (why, options) => {
    for (const cert of [UNTRUSTED, OTHER_NAME]) {
      const server = await startServer({ ...options, behave: { cert } })
      const detail = expect.stringContaining(why) as string
      expect(await send(server.url)).toEqual({ outcome: 'refused', detail })
      expect(server.messages).toEqual([])
    }
  })

  it.each(PHASES.flatMap((phase) => [451, 554].map((code) => [code, phase] as const)))(
    'with the words of a server that answers %i in the phase %s',
    async (code, phase) => {
      const say = `${code}-no\r\n${code} not\u0007 today`
      const server = await startScripted({ [phase]: { say } })
      const delivery = await send(server.url)
      const detail = expect.stringContaining(`${code} no not\ufffd today`) as string
      expect(delivery).toEqual({ outcome: 'refused', detail })
      expect(server.lines.at(-1)).toBe('QUIT')
    },
  )
})

describe('a connection that ends or hangs', () => {
  const ways = ['close', 'silence'] as const
  const timeoutsFor = (way: (typeof ways)[number]) =>
    way === 'silence' ? SHORT_TIMEOUTS : TIMEOUTS

  it.each(
    PHASES.filter((phase) => phase !== 'message').flatMap((phase) =>
      ways.map((way) => [way, phase] as const),
    ),
  )('is a refusal with %s in the phase %s, because nothing was handed over', async (way, phase) => {
    const server = await startScripted({ [phase]: way })
    const delivery = await send(server.url, undefined, timeoutsFor(way))
    const why = way === 'close' ? 'closed the connection' : 'timed out'
    const detail = expect.stringContaining(why) as string
    expect(delivery).toEqual({ outcome: 'refused', detail })
    expect(server.lines).not.toContain('.')
    await vi.waitFor(() => expect(server.connections()).toBe(0), 30_000)
  })

  it.each(ways)('is unknown with %s after the end of the message', async (way) => {
    const server = await startScripted({ message: way })
    const delivery = await send(server.url, undefined, timeoutsFor(way))
    expect(delivery.outcome).toBe('unknown')
    expect(server.lines).toContain('.')
    await vi.waitFor(() => expect(server.connections()).toBe(0), 30_000)
  })

  it('is unknown when the answer to the message is no reply', async () => {
    const server = await startScripted({ message: { say: 'HTTP/1.1 400 Bad Request' } })
    expect(await send(server.url)).toMatchObject({ outcome: 'unknown' })
  })
})
