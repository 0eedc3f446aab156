import { conflict, type Description } from '../../reference/description.ts'
import { testMailSchema } from './requests.ts'
import { testMailResponse } from './response.ts'

export const reminders: Description = {
  tag: 'Reminders',
  about: 'Mail before a secret or a public key expires.',
  fields: { email: 'An administrator’s.', missing: 'Why no mail leaves.' },
  operations: {
    'POST /reminders/test': {
      id: 'sendTestMail',
      does: 'Send a test mail',
      more: 'Without an address, to the administrator who has had manage access the longest.',
      body: { schema: testMailSchema, optional: true, examples: [{ email: 'ada@example.com' }] },
      answers: { 200: { what: 'The mailer took it.', schema: testMailResponse } },
      refusals: {
        ...conflict('There is nobody to send it to.'),
        502: { shared: 'MailFailed' },
      },
    },
  },
}
