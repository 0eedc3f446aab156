import { DAY, type Seconds, isoTime } from '../../../src/domain/time.ts'
import { type Mailbox, mailbox } from '../../doubles/mailbox.ts'
import { type Client, type Json, type TestServer, testServer } from '../../support/server.ts'
import { FROM, NOON } from '../reminder-world.ts'

export const ADA = 'ada@example.com'

export const BOB = 'bob@example.com'

export const LOSSES = ['loses the answer', 'loses the request'] as const

/** A server at noon with a mail provider and these administrators. */
export async function setUp(...emails: string[]): Promise<{ server: TestServer; box: Mailbox }> {
  const box = mailbox()
  const server = testServer({ now: NOON, env: { EMAIL: box.EMAIL, MAIL_FROM: FROM } })
  box.clock = server.clock
  for (const email of emails) await addAdministrator(server, email)
  return { server, box }
}

export async function addAdministrator(
  server: TestServer,
  email: string,
  access = 'manage',
): Promise<string> {
  const body = await server.adminOk('POST', '/administrators', { email, access })
  return String(body['administrator_id'])
}

/** A client with a secret that ends with the `days`-th day after this one. */
export async function expiring(
  server: TestServer,
  days: number,
  fields: Json = {},
): Promise<Client> {
  const { client_name = 'Nightly export', ...secret } = fields
  const expires_on = dateIn(server, days)
  return server.client({}, { client_name, secret: { expires_on, ...secret } })
}

export function dateIn(server: TestServer, days: number): string {
  return isoTime(server.clock.now + days * DAY).slice(0, 10)
}

export async function crons(server: TestServer, every: Seconds, count: number): Promise<void> {
  for (let run = 0; run < count; run++) {
    server.clock.now += every
    await server.cron()
  }
}

export async function newestSecret(server: TestServer, client: Client): Promise<Json> {
  const { data } = await server.adminOk('GET', `/clients/${client.id}/secrets`)
  return data.at(-1)
}

export const recipients = ({ mails }: Mailbox) => mails.map(({ to }) => to).sort()
