import { Hono } from 'hono'
import { expect, it } from 'vitest'
import type { Delivery } from '../../../src/domain/mail.ts'
import { reminderRoutes } from '../../../src/http/admin/reminders/routes.ts'
import { utf8 } from '../../../src/platform/bytes.ts'
import type { AppEnv } from '../../../src/web/app-env.ts'

const ADA = 'ada@example.com'

/** The answer to a test mail that the mailer takes so. */
async function answerTo(delivery: Delivery, missing: string | null = null) {
  const deps = {
    mailer: { name: 'smtp', missing, send: async () => delivery },
    administrators: { findByEmail: async () => ({ email: ADA }) },
    configuredAdministrators: [],
    random: () => 'id',
    now: () => 0,
  }
  const [route] = reminderRoutes
  const app = new Hono<AppEnv>().post('/', async (c, next) => {
    c.set('deps', deps as never)
    c.set('principal', { type: 'bootstrap' } as never)
    c.set('body', utf8(JSON.stringify({ email: ADA })))
    return route?.handle(c, next)
  })
  const headers = { 'Content-Type': 'application/json' }
  const answer = await app.request('/', { method: 'POST', headers })
  return [answer.status, await answer.json()]
}

const problem = (detail: string) => ({
  type: 'urn:portcullis:problem:mail_failed',
  title: 'The mail did not go out',
  status: 502,
  detail,
})

it.each<[Delivery, string | null, number, object]>([
  [{ outcome: 'accepted' }, null, 200, { email: ADA, mailer: 'smtp', accepted: true }],
  [
    { outcome: 'accepted' },
    'MAIL_FROM',
    200,
    { email: ADA, mailer: 'smtp', accepted: true, missing: 'MAIL_FROM' },
  ],
  [
    { outcome: 'refused', detail: 'full' },
    null,
    502,
    problem('The mailer (smtp) did not accept it: full'),
  ],
  [
    { outcome: 'unknown', detail: 'cut off' },
    null,
    502,
    problem('The mailer (smtp) may have accepted it: cut off'),
  ],
])('a test mail that is %j is answered so', async (delivery, missing, ...expected) => {
  expect(await answerTo(delivery, missing)).toEqual(expected)
})
