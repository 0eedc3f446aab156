import { openAdmin } from '../../admin.ts'
import { action } from '../../command.ts'
import { confirm, requireYesOrTerminal, yesOption } from '../../confirm.ts'
import { deleteOnce } from '../../delete-once.ts'
import { labelOf, readClient } from '../../find-client.ts'
import { print, printJson } from '../../terminal.ts'
import { secretArguments, secretOf } from './secret-argument.ts'

export const remove = action(
  'delete',
  'Delete a secret: it is rejected at once, and tokens that it got keep working',
  { ...secretArguments, ...yesOption },
  async ({ client: named, secret, yes, json }) => {
    requireYesOrTerminal(yes)
    const admin = await openAdmin()
    const client = await readClient(admin, named)
    const { secret_id: id, hint } = secretOf(client, secret)
    if (!yes) {
      const question = `Type ${hint} to delete the secret of ${labelOf(client)} that ends so`
      await confirm(question, hint)
    }
    // Whatever else has changed: it is cut off, so no version is sent.
    await deleteOnce(admin, `/clients/${client.client_id}/secrets/${id}`)
    if (json) return printJson({ client_id: client.client_id, secret_id: id, deleted: true })
    print(`Deleted ${id} of ${client.client_id}.`)
  },
)
