import { openAdmin } from '../../admin.ts'
import { action } from '../../command.ts'
import { printBody } from '../../describe.ts'
import { readClient } from '../../find-client.ts'
import { printJson } from '../../terminal.ts'
import { secretArguments, secretOf } from './secret-argument.ts'

export const show = action(
  'show',
  'Show what is known of a secret: never the secret itself',
  secretArguments,
  async ({ client, secret: named, json }) => {
    const secret = secretOf(await readClient(await openAdmin(), client), named)
    if (json) printJson(secret)
    else printBody(secret)
  },
)
