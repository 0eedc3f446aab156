import { applyD1Migrations, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { testServer } from '../support/server.ts'

it('measures', async () => {
  const mails: unknown[] = []
  const EMAIL = { send: async (m: unknown) => { mails.push(m); return { messageId: 'x' } } } as unknown as SendEmail
  const server = testServer({ env: { EMAIL, MAIL_FROM: 'gate@example.com' }, now: Date.UTC(2026, 10, 22, 12) / 1000 })
  let t = Date.now()
  const lap = (what: string) => { console.log(what, Date.now() - t); t = Date.now() }
  await server.adminOk('POST', '/administrators', { email: 'ada@example.com', access: 'manage' })
  lap('admin')
  const c = await server.client({}, { client_name: 'one', secret: { expires_on: '2026-12-01' } })
  lap('client')
  for (let i = 0; i < 5; i++) { await server.cron(); lap('cron'); server.clock.now += 3600 }
  console.log(JSON.stringify(mails[0]), mails.length)
  console.log(JSON.stringify(c.body))
  const health = await (await server.send('/health', { headers: { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` } })).json()
  console.log(JSON.stringify(health))
  t = Date.now()
  await reset(); lap('reset')
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS); lap('migrate')
  await reset(); lap('reset')
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS); lap('migrate')
  expect(1).toBe(1)
})
