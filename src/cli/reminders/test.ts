import { openAdmin } from '../admin.ts'
import type { TestMailBody } from '../api-types.ts'
import { action } from '../command.ts'
import { EXIT, Failure } from '../failure.ts'
import { Refused } from '../http.ts'
import { note, print, printJson } from '../terminal.ts'

const args = {
  email: {
    type: 'string',
    valueHint: 'ADDRESS',
    description: 'Of an administrator (default the first with manage access)',
  },
} as const

export const test = action(
  'test',
  'Send a test mail, to see whether reminders arrive',
  args,
  async ({ email, json }) => {
    const body = await send(email)
    if (json) return printJson(body)
    print(`The mailer (${body.mailer}) took a mail to ${body.email}.`)
    if (body.missing) note(`No mail is sent: ${body.missing}`)
  },
)

async function send(email: string | undefined): Promise<TestMailBody> {
  const admin = await openAdmin()
  try {
    const body = email === undefined ? {} : { email }
    // A second attempt would send a second mail.
    return (await admin.post('/reminders/test', body, 'never')).body as TestMailBody
  } catch (failure) {
    // The server answered: its mailer did not.
    if (!(failure instanceof Refused && failure.answer.status === 502)) throw failure
    throw new Failure(EXIT.failed, failure.message)
  }
}
