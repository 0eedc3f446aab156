import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type RunningWorker, runWorker } from '../support/node/harness.ts'
import {
  type MailServer,
  type MailServerOptions,
  startMailServer,
} from '../support/node/mail-server.ts'

const FROM = 'Portcullis <gate@auth.example>'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function runWith(vars: Record<string, string>): Promise<RunningWorker> {
  const worker = await runWorker({ ADMINISTRATORS: 'ada@example.com, grace@example.com', ...vars })
  closing.push(() => worker.close())
  return worker
}

async function mailServer(options: MailServerOptions): Promise<MailServer> {
  const server = await startMailServer(options)
  closing.push(() => server.close())
  return server
}

const cron = (worker: RunningWorker) => fetch(`${worker.issuer}/cdn-cgi/handler/scheduled`)

/** A client whose secret ends in five days. */
async function dueClient(worker: RunningWorker, name: string) {
  const expiry = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10)
  return worker.admin('POST', '/clients', {
    client_name: name,
    secret: { expires_on: expiry },
    permissions: [],
  })
}

const secretOf = async (worker: RunningWorker, client: Record<string, unknown>) => {
  const shown = await worker.admin('GET', `/clients/${String(client['client_id'])}`)
  return (shown['secrets'] as Record<string, unknown>[])[0] ?? {}
}

describe('reminders by SMTP', () => {
  it.each<[string, MailServerOptions]>([
    ['in plain text', {}],
    ['by STARTTLS, with a password', { starttls: true, auth: { user: 'gate', pass: 'p@ss:w/rd' } }],
    ['by TLS, with a password', { secure: true, auth: { user: 'gate', pass: 'p@ss:w/rd' } }],
  ])(
    'arrive %s at each administrator, once, in one message for all that is due',
    async (_, options) => {
      const mails = await mailServer(options)
      const worker = await runWith({ MAIL_FROM: FROM, SMTP_URL: mails.url })
      const first = await dueClient(worker, 'Nightly <b>export</b>')
      await dueClient(worker, 'Partner')
      for (let minute = 0; minute < 4; minute++) await Promise.all([cron(worker), cron(worker)])
      expect(mails.messages.flatMap((mail) => mail.envelope.to).toSorted()).toEqual([
        'ada@example.com',
        'grace@example.com',
      ])
      for (const mail of mails.messages) {
        expect(mail.subject).toMatch(/^2 client secrets expire soon, the first in \d days$/)
        expect(mail.text).toContain('Nightly <b>export</b>')
        expect(mail.html).toContain('Nightly &lt;b&gt;export&lt;/b&gt;')
        expect(mail.text).toContain(
          `${worker.issuer}/console/clients/${String(first['client_id'])}`,
        )
        expect(mail.raw).not.toContain(String(first['client_secret']))
      }
      expect(await secretOf(worker, first)).toMatchObject({ reminded_at: expect.any(String) })
    },
  )

  it('arrive at contacts and recipients without rights too, with the description, each once', async () => {
    const mails = await mailServer({})
    const vars = { REMINDER_DAYS: '30,7', REMINDER_RECIPIENTS: 'ops@example.com, ada@example.com' }
    const worker = await runWith({ MAIL_FROM: FROM, SMTP_URL: mails.url, ...vars })
    const { client_id: id } = await dueClient(worker, 'Nightly export')
    const contacts = ['owner@partner.example', 'ops@example.com']
    const description = 'Fetches what was billed, at night'
    await worker.admin('PATCH', `/clients/${String(id)}`, { contacts, description })
    for (let minute = 0; minute < 4; minute++) await Promise.all([cron(worker), cron(worker)])
    const mailTo = (address: string) =>
      mails.messages.filter((m) => m.envelope.to.includes(address))
    const people = [
      'ada@example.com',
      'grace@example.com',
      'ops@example.com',
      'owner@partner.example',
    ]
    expect(mails.messages.flatMap((mail) => mail.envelope.to).toSorted()).toEqual(people)
    const [toOwner] = mailTo('owner@partner.example')
    expect(toOwner?.text).toContain(description)
    expect(toOwner?.text).toMatch(/contact/)
    const { data } = await worker.admin('GET', '/audit-events?action=reminder.sent')
    const sent = JSON.stringify(data)
    expect((data as object[]).length).toBe(4)
    expect([sent.includes('"contact"'), sent.includes('owner@partner.example')]).toEqual([
      true,
      false,
    ])
  })

  it('are sent when the server that refused takes them again', async () => {
    let refuses = true
    const mails = await mailServer({
      behave: {
        onMailFrom: (_address, _session, callback) =>
          refuses ? callback(new Error('Try again later')) : callback(),
      },
    })
    const worker = await runWith({ MAIL_FROM: FROM, SMTP_URL: mails.url })
    const client = await dueClient(worker, 'Partner')
    await cron(worker)
    expect(await secretOf(worker, client)).toMatchObject({
      reminded_at: null,
      reminder_error: expect.stringContaining('Try again later'),
    })
    refuses = false
    // Its own clock is the real one: the wait before the next try is taken away in the database.
    const { DB: db } = (await worker.harness.getWorker().getEnv()) as { DB: D1Database }
    await db.prepare('UPDATE portcullis_reminders SET due_at = 1 WHERE due_at IS NOT NULL').run()
    // Other work that is due at first leaves one run less for mails.
    for (let minute = 0; minute < 2; minute++) await cron(worker)
    expect(mails.messages).toHaveLength(2)
    expect(await secretOf(worker, client)).not.toHaveProperty('reminder_error')
  })
})

type Taken = { id: string; body: string; verified: boolean }

/** A receiver that checks what it is given, as the documentation says. */
async function webhook(secret: string): Promise<{ url: string; taken: Taken[] }> {
  const taken: Taken[] = []
  const server = createServer((request, response) => {
    void take(request, secret).then((one) => {
      taken.push(one)
      return response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => new Promise((resolve) => server.close(resolve)))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/mails`, taken }
}

async function take(request: IncomingMessage, secret: string): Promise<Taken> {
  const body = await readBody(request)
  const { headers } = request
  const id = String(headers['webhook-id'])
  const signed = `${id}.${String(headers['webhook-timestamp'])}.${body}`
  const mac = createHmac('sha256', secret).update(signed).digest('base64')
  const verified = headers['webhook-signature'] === `v1,${mac}` && headers['idempotency-key'] === id
  return { id, body, verified }
}

it('reminders by a webhook are signed, and come with one id however often they come', async () => {
  const secret = 'a-webhook-secret-of-the-tests-0123456789'
  const { url, taken } = await webhook(secret)
  const worker = await runWith({
    MAIL_FROM: FROM,
    MAIL_WEBHOOK_URL: url,
    MAIL_WEBHOOK_SECRET: secret,
  })
  await dueClient(worker, 'Partner')
  for (let minute = 0; minute < 3; minute++) await cron(worker)
  expect(taken.map(({ verified }) => verified)).toEqual([true, true])
  expect(new Set(taken.map(({ id }) => id)).size).toBe(2)
  expect(JSON.parse(taken[0]?.body ?? '')).toMatchObject({
    from: FROM,
    subject: expect.stringContaining('"Partner"'),
  })
})

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

describe('reminders by the EMAIL binding, as wrangler emulates it', () => {
  it('are accepted, and noted on the secret', async () => {
    const worker = await runWith({ MAIL_FROM: 'gate@auth.example' })
    const client = await dueClient(worker, 'Partner')
    // One new administrator catches up in a run.
    for (let minute = 0; minute < 4; minute++) await cron(worker)
    const secret = await secretOf(worker, client)
    expect(secret).toMatchObject({ reminded_at: expect.any(String) })
    expect(secret).not.toHaveProperty('reminder_error')
    const events = await worker.admin('GET', '/audit-events?action=reminder.sent')
    expect(events['data']).toHaveLength(2)
    const test = await worker.admin('POST', '/reminders/test')
    expect(test).toEqual({ email: 'ada@example.com', mailer: 'email_binding', accepted: true })
  })

  it('go to the log alone without MAIL_FROM, and an administrator is told', async () => {
    const worker = await runWith({})
    const test = await worker.admin('POST', '/reminders/test')
    expect(test).toMatchObject({ mailer: 'log', accepted: true, missing: 'MAIL_FROM' })
  })
})
