import { openAdmin } from '../../admin.ts'
import type { SecretBody } from '../../api-types.ts'
import { action } from '../../command.ts'
import { withClient } from '../../find-client.ts'
import { note, print, printJson } from '../../terminal.ts'
import { clientArgument } from '../client-argument.ts'
import { sendOnce, warnToKeepSecret } from '../send-once.ts'
import { dayInWords } from '../words.ts'

const args = {
  ...clientArgument,
  expiresOn: { type: 'string', valueHint: 'YYYY-MM-DD', description: 'Its last day' },
  label: { type: 'string', valueHint: 'TEXT', description: 'Where it is kept' },
  noRemind: { type: 'boolean', description: 'Send no reminders before it expires' },
} as const

export const create = action(
  'create',
  'Give a client one more secret, and leave the others as they are',
  args,
  async ({ client, expiresOn, label, noRemind, json }) => {
    const wanted = { expires_on: expiresOn, label, remind: noRemind ? false : undefined }
    const admin = await openAdmin()
    await withClient(admin, client, async (id) => {
      const { body } = await sendOnce(admin, `/clients/${id}/secrets`, wanted, inDoubt(id))
      if (json) return printJson(body)
      const made = body as SecretBody & { client_secret: string }
      note(`${id} has one more secret, until ${dayInWords(made.expires_at)}.`)
      print(made.client_secret)
      warnToKeepSecret()
    })
  },
)

function inDoubt(id: string): string {
  return (
    `${id} may have the secret anyway. This lists its secrets:\n` +
    `  portcullis clients secrets list ${id}\n` +
    'One that was not shown is lost: delete it.'
  )
}
