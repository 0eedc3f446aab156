import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { DAY, HOUR } from '../../../src/domain/time.ts'
import { mailbox } from '../../doubles/mailbox.ts'
import { type Json, testServer } from '../../support/server.ts'
import { FROM, NOON } from '../reminder-world.ts'
import { ADA, addAdministrator, BOB, crons, expiring, recipients } from './reminder-setup.ts'

const [OPS, DESK] = ['ops@example.com', 'desk@example.com']

async function world(reminderDays: number[], reminderRecipients = '') {
  const box = mailbox()
  const vars = { EMAIL: box.EMAIL, MAIL_FROM: FROM }
  const server = testServer({ now: NOON, reminderDays, reminderRecipients, env: vars })
  box.clock = server.clock
  const ada = await addAdministrator(server, ADA)
  const subjects = () => box.mails.map(({ subject }) => subject.replace(/^.* (?=expires|has)/, ''))
  const sent = async () => {
    const { data } = await server.adminOk('GET', '/audit-events?action=reminder.sent&limit=100')
    return data.map(({ changes }: Json) => [changes['days'].to, changes['recipient'].to])
  }
  return { server, box, ada, subjects, sent }
}

it('goes out at each threshold in the words of that day, with an event for each', async () => {
  const { server, subjects, sent, ada } = await world([0, 1, 7, 30, 14])
  await expiring(server, 31)
  await crons(server, DAY, 40)
  expect(subjects()).toEqual([
    'expires in 30 days',
    'expires in 14 days',
    'expires in 7 days',
    'expires tomorrow',
    'has expired',
  ])
  expect(await sent()).toEqual([0, 1, 7, 14, 30].map((days) => [days, ada]))
})

it.each([
  ['the thresholds that were passed meanwhile', 25, ['expires in 6 days']],
  ['the end', 33, ['has expired']],
  ['a week after the end', 40, []],
])('goes out once after the cron was dead for %s', async (_, days, expected) => {
  const { server, subjects } = await world([30, 14, 7, 0])
  await expiring(server, 31)
  await crons(server, days * DAY, 1)
  await Promise.all([server.cron(), server.cron()])
  await crons(server, HOUR, 3)
  expect(subjects()).toEqual(expected)
})

it('goes to contacts and configured addresses, once to somebody who is several of them', async () => {
  const { server, box, ada, sent } = await world([14], `${DESK}, ${ADA}`)
  const client = await expiring(server, 5)
  const contacts = [OPS, ADA, DESK]
  await server.adminOk('PATCH', `/clients/${client.id}`, { contacts })
  await crons(server, HOUR, 3)
  expect(recipients(box)).toEqual([ADA, DESK, OPS])
  const textTo = (email: string) => box.mails.find(({ to }) => to === email)?.text ?? ''
  expect(textTo(OPS)).toContain('you are a contact of "Nightly export"')
  expect(textTo(OPS)).toContain('Open this client (administrators only): ')
  expect(textTo(DESK)).toContain('this address is set to get all reminders')
  expect(textTo(ADA)).toContain('you are an administrator')
  expect(new Set((await sent()).map(String))).toEqual(
    new Set([`14,${ada}`, '14,configured', '14,contact']),
  )
  expect(JSON.stringify(await sent())).not.toContain('@')
})

it('goes to a contact who is named later, and not to one who is no longer', async () => {
  const { server, box } = await world([14])
  const client = await expiring(server, 5)
  const setContacts = (...contacts: string[]) =>
    server.adminOk('PATCH', `/clients/${client.id}`, { contacts })
  await setContacts(OPS)
  box.mode = 'refuses'
  await server.cron()
  box.mode = 'accepts'
  await setContacts(DESK)
  await crons(server, HOUR, 2)
  expect(recipients(box)).toEqual([ADA, DESK])
})

it('goes to an administrator who was removed, as the contact that they still are', async () => {
  const { server, box } = await world([14])
  const id = await addAdministrator(server, BOB)
  const client = await expiring(server, 5)
  await server.adminOk('PATCH', `/clients/${client.id}`, { contacts: [BOB] })
  box.mode = 'refuses'
  await server.cron()
  box.mode = 'accepts'
  await server.adminOk('DELETE', `/administrators/${id}`)
  await server.cron()
  const mail = box.mails.find(({ to }) => to === BOB)
  expect(mail?.text).toContain('you are a contact')
})

it('goes on from what the release before planned and sent, and repeats nothing of it', async () => {
  const { server, subjects } = await world([14, 7])
  await expiring(server, 10)
  await server.cron()
  // The release before knows one threshold.
  await env.DB.exec('UPDATE portcullis_reminders SET days = NULL')
  await env.DB.exec('UPDATE portcullis_secrets SET reminder_days = 1000')
  await crons(server, DAY, 9)
  expect(subjects()).toEqual(['expires in 10 days', 'expires in 7 days'])
})
