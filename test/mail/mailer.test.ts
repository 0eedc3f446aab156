import { afterEach, describe, expect, it, vi } from 'vitest'
import { type MailSettings, makeMailer } from '../../src/mail/mailer.ts'
import { NOW } from './letters.ts'

const BASE = { issuer: 'https://auth.example', days: [14], unusedDays: null, now: () => NOW }
const FROM = 'Portcullis <gate@example.com>'
const WAYS = 'one of the EMAIL binding, SMTP_URL, MAIL_WEBHOOK_URL'
const SMTP = { smtpUrl: 'smtp://ann:hunter2@mail.example' }
const WEBHOOK = { webhookUrl: 'https://hooks.example', webhookSecret: 'x'.repeat(32) }
const MAIL = {
  messageId: 'message_1',
  to: 'ann@example.com',
  letter: { kind: 'test', now: NOW } as const,
}

function binding() {
  return { send: vi.fn(async () => ({ messageId: 'theirs' })) }
}

afterEach(() => vi.restoreAllMocks())

describe('the way out', () => {
  it.each<[string, Partial<MailSettings>, boolean]>([
    ['smtp', { from: FROM, ...SMTP, email: binding() }, false],
    ['webhook', { from: FROM, ...WEBHOOK, email: binding() }, true],
    ['email_binding', { from: FROM, email: binding() }, false],
  ])('is %s where that is configured', (name, settings, deduplicates) => {
    expect(makeMailer({ ...BASE, ...settings })).toMatchObject({
      name,
      deduplicates,
      missing: null,
    })
  })

  it.each<[string, Partial<MailSettings>]>([
    [`MAIL_FROM and ${WAYS}`, {}],
    [`MAIL_FROM and ${WAYS}`, { from: '', smtpUrl: '', webhookUrl: '', webhookSecret: '' }],
    ['MAIL_FROM', { email: binding() }],
    [WAYS, { from: FROM }],
  ])('is the log where %s is missing', (missing, settings) => {
    const mailer = makeMailer({ ...BASE, ...settings })
    expect(mailer).toMatchObject({ name: 'log', deduplicates: true, missing })
  })
})

describe('settings', () => {
  it.each<[string, Partial<MailSettings>]>([
    ['SMTP_URL and MAIL_WEBHOOK_URL', { from: FROM, ...SMTP, ...WEBHOOK }],
    ['MAIL_FROM is missing', SMTP],
    ['MAIL_FROM is missing', WEBHOOK],
    ['SMTP_URL', { from: FROM, smtpUrl: 'https://ann:hunter2@mail.example' }],
    ['MAIL_WEBHOOK_SECRET', { from: FROM, ...WEBHOOK, webhookSecret: undefined }],
    ['MAIL_FROM', { ...SMTP, from: 'gate' }],
    ['MAIL_FROM', { ...SMTP, from: 'Gate gate@example.com' }],
    ['MAIL_FROM', { ...SMTP, from: 'A <b@c.example> <gate@example.com>' }],
    ['MAIL_FROM', { ...SMTP, from: 'gate@example.com\r\nBcc: eve@example.com' }],
    ['MAIL_FROM', { ...SMTP, from: 'gate@example.com\r\n' }],
    ['MAIL_FROM', { ...SMTP, from: 'Gate\r\nBcc: eve <gate@example.com>' }],
  ])('that are wrong are a TypeError that names %s and no password', (name, settings) => {
    const make = () => makeMailer({ ...BASE, ...settings })
    expect(make).toThrow(TypeError)
    expect(make).toThrow(new RegExp(`^${name}(?!.*hunter2)`))
  })

  it.each([
    ['gate@example.com', 'gate@example.com'],
    [' Gate@Example.com ', 'gate@example.com'],
    ['<gate@example.com>', 'gate@example.com'],
    ['Das Tor ✉ <gate@example.com>', { email: 'gate@example.com', name: 'Das Tor ✉' }],
    ['"Tor, das" <gate@example.com>', { email: 'gate@example.com', name: 'Tor, das' }],
  ])('may give the sender as %s', async (from, seen) => {
    const email = binding()
    await makeMailer({ ...BASE, from, email }).send(MAIL)
    expect(email.send.mock.calls).toEqual([[expect.objectContaining({ from: seen })]])
  })
})

describe('a mail', () => {
  it('is one line of JSON where it goes to the log', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
    expect(await makeMailer(BASE).send(MAIL)).toEqual({ outcome: 'accepted' })
    const [[line]] = log.mock.calls as [[string]]
    expect(line).not.toContain('\n')
    expect(JSON.parse(line)).toEqual({
      level: 'info',
      mail: {
        to: 'ann@example.com',
        subject: expect.stringContaining('mail works') as string,
        text: expect.stringContaining('https://auth.example') as string,
      },
    })
  })

  it.each(['ann', 'ann@example.com>\r\nRCPT TO:<eve@example.com', ''])(
    'to %j is refused before anything is sent',
    async (to) => {
      const email = binding()
      const mailer = makeMailer({ ...BASE, from: FROM, email })
      expect(await mailer.send({ ...MAIL, to })).toMatchObject({ outcome: 'refused' })
      expect(email.send).not.toHaveBeenCalled()
    },
  )
})
