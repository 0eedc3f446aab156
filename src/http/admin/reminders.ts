import * as v from 'valibot'
import { sendTestMail, type TestMail } from '../../actions/scheduled/send-test-mail.ts'
import type { AppContext } from '../../web/app-env.ts'
import { readOptionalJson } from './json.ts'
import { problem } from './problems.ts'
import type { AdminRoute } from './route.ts'

const EMAIL_MAX = 320

export const testMailSchema = v.strictObject({
  email: v.optional(v.pipe(v.string(), v.maxLength(EMAIL_MAX, 'is too long'))),
})

async function test(c: AppContext) {
  const { email } = readOptionalJson(c, testMailSchema)
  return answer(c, await sendTestMail(c.var.deps, c.var.principal, email))
}

function answer(c: AppContext, { email, mailer, delivery }: TestMail) {
  if (delivery.outcome === 'accepted') {
    const { missing } = c.var.deps.mailer
    return c.json({ email, mailer, accepted: true, missing: missing ?? undefined })
  }
  const what = delivery.outcome === 'refused' ? 'did not accept it' : 'may have accepted it'
  const detail = `The mailer (${mailer}) ${what}: ${delivery.detail}`
  return problem(c, 'mail_failed', 502, 'The mail did not go out', detail)
}

export const reminderRoutes: AdminRoute[] = [
  { method: 'POST', path: '/reminders/test', right: 'person', handle: test },
]
