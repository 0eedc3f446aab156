import { sendTestMail, type TestMail } from '../../../actions/scheduled/send-test-mail.ts'
import type { AppContext } from '../../../web/app-env.ts'
import { readOptionalJson } from '../shared/json.ts'
import { problem } from '../shared/problems.ts'
import type { AdminRoute } from '../shared/route.ts'
import { testMailSchema } from './requests.ts'
import type { TestMailResponse } from './response.ts'

async function test(c: AppContext) {
  const { email } = readOptionalJson(c, testMailSchema)
  return answer(c, await sendTestMail(c.var.deps, c.var.principal, email))
}

function answer(c: AppContext, { email, mailer, delivery }: TestMail) {
  if (delivery.outcome === 'accepted') {
    const { missing } = c.var.deps.mailer
    const body: TestMailResponse = {
      email,
      mailer,
      accepted: true,
      missing: missing ?? undefined,
    }
    return c.json(body)
  }
  const what = delivery.outcome === 'refused' ? 'did not accept it' : 'may have accepted it'
  const detail = `The mailer (${mailer}) ${what}: ${delivery.detail}`
  return problem(c, 'mail_failed', 502, 'The mail did not go out', detail)
}

export const reminderRoutes: AdminRoute[] = [
  { method: 'POST', path: '/reminders/test', right: 'person', handle: test },
]
