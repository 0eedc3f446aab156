import { expect, it } from 'vitest'
import { DAY, isoTime, MINUTE } from '../../../src/domain/time.ts'
import { mailbox } from '../../doubles/mailbox.ts'
import { API, type Client, type Json, testServer } from '../../support/server.ts'
import { FROM, NOON } from '../reminder-world.ts'
import { ADA, addAdministrator, crons, newestSecret, recipients } from './reminder-setup.ts'

const SECRET = { expires_on: '2028-01-01' }

async function world(days = 30, people = [ADA]) {
  const box = mailbox()
  const env = { EMAIL: box.EMAIL, MAIL_FROM: FROM }
  const server = testServer({ now: NOON, unusedSecretDays: days || undefined, env })
  box.clock = server.clock
  for (const email of people) await addAdministrator(server, email)
  await server.api()
  const client = await server.client(
    { [API]: 'invoices:read' },
    { secret: SECRET, contacts: ['ops@example.com'] },
  )
  const secrets = async (of: Client = client) =>
    (await server.adminOk('GET', `/clients/${of.id}/secrets`)).data.length as number
  return { server, box, client, secrets }
}

it('ends a secret that nobody used, a week after it told of that', async () => {
  const { server, box, client, secrets } = await world()
  await crons(server, DAY, 22)
  expect(box.mails).toEqual([])
  await crons(server, DAY, 2)
  await crons(server, MINUTE, 2)
  expect(recipients(box)).toEqual([ADA, 'ops@example.com'])
  const [mail] = box.mails
  expect(mail?.subject).toBe('The secret of "Nightly billing export" is not used and will be ended')
  expect(mail?.text).toContain('have not been used for 30 days')
  expect(mail?.text).toMatch(/Ended: after \w+, 2\d December 2026, .* unless it is used before/)
  await crons(server, DAY, 6)
  expect(await secrets()).toBe(1)
  await crons(server, DAY, 3)
  expect([await secrets(), box.mails.length]).toEqual([0, 2])
  const { data } = await server.adminOk('GET', '/audit-events?action=secret.retired')
  expect(data).toEqual([
    expect.objectContaining({
      actor: { type: 'system', id: 'portcullis' },
      client_id: client.id,
      reason: 'Not used for 30 days.',
    }),
  ])
  const told = await server.adminOk('GET', '/audit-events?action=reminder.sent')
  expect(told.data.map(({ changes }: Json) => changes['days'].to)).toEqual(['unused', 'unused'])
})

it('leaves a secret that is used again, and tells of it anew when it is not used for as long', async () => {
  const { server, box, client, secrets } = await world(undefined, [])
  await crons(server, DAY, 26)
  expect(box.mails).toHaveLength(1)
  await server.token(client)
  expect((await newestSecret(server, client))['last_used_at']).toBe(isoTime(server.clock.now))
  await crons(server, DAY, 20)
  expect([await secrets(), box.mails.length]).toEqual([1, 1])
  await crons(server, DAY, 5)
  expect([await secrets(), box.mails.length]).toEqual([1, 2])
  await crons(server, DAY, 8)
  expect([await secrets(), box.mails.length]).toEqual([0, 2])
})

it('ends nothing before a mail had its week, however long the provider was down', async () => {
  const { server, box, secrets } = await world()
  box.mode = 'refuses'
  await crons(server, DAY, 60)
  expect(await secrets()).toBe(1)
  box.mode = 'accepts'
  await crons(server, DAY, 7)
  expect([await secrets(), box.mails.length]).toEqual([1, 2])
  await crons(server, DAY, 3)
  expect(await secrets()).toBe(0)
})

it('ends nothing of which there is nobody to tell, until there is', async () => {
  const { server, box, client, secrets } = await world(undefined, [])
  await server.adminOk('PATCH', `/clients/${client.id}`, { contacts: [] })
  await crons(server, DAY, 50)
  expect(await secrets()).toBe(1)
  await addAdministrator(server, ADA)
  await crons(server, DAY, 8)
  expect([await secrets(), box.mails.length]).toEqual([1, 1])
  await crons(server, DAY, 2)
  expect(await secrets()).toBe(0)
})

it('leaves what a suspended client could not use, and tells anew after the resume', async () => {
  const { server, box, client, secrets } = await world()
  await crons(server, DAY, 25)
  expect(box.mails).toHaveLength(2)
  await server.suspend(client)
  await crons(server, DAY, 30)
  expect(await secrets()).toBe(1)
  await server.resume(client)
  await crons(server, DAY, 6)
  expect([await secrets(), box.mails.length]).toEqual([1, 4])
  await crons(server, DAY, 4)
  expect(await secrets()).toBe(0)
})

it('is off without the setting, and ends nothing', async () => {
  const { server, box, secrets } = await world(0)
  await crons(server, 10 * DAY, 20)
  expect([await secrets(), box.mails.length]).toEqual([1, 0])
})
