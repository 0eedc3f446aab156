import { openAdmin } from '../../admin.ts'
import { action } from '../../command.ts'
import { readClient } from '../../find-client.ts'
import { print, printJson } from '../../terminal.ts'
import { secretArguments, secretOf } from './secret-argument.ts'

const args = {
  ...secretArguments,
  label: {
    type: 'positional',
    required: true,
    description: "Where it is kept; '' removes the label",
  },
} as const

export const label = action(
  'label',
  'Say where a secret is kept',
  args,
  async ({ client: named, secret, label: text, json }) => {
    const admin = await openAdmin()
    const client = await readClient(admin, named)
    const { secret_id: id } = secretOf(client, secret)
    const path = `/clients/${client.client_id}/secrets/${id}`
    const { body } = await admin.request('PATCH', path, { body: { label: text } })
    if (json) printJson(body)
    else print(text === '' ? `${id} has no label now.` : `${id} is labelled "${text}".`)
  },
)
