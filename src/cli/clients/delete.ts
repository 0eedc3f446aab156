import { openAdmin } from '../admin.ts'
import { action } from '../command.ts'
import { deleteOnce } from '../delete-once.ts'
import { confirm, requireYesOrTerminal, yesOption } from '../confirm.ts'
import { EXIT } from '../failure.ts'
import { labelOf, readVersion } from '../find-client.ts'
import { print, printJson } from '../terminal.ts'
import { changeMany } from './change-many.ts'
import { clientsArgument } from './client-argument.ts'

export const remove = action(
  'delete',
  'Delete clients permanently, with their secrets; their tokens are rejected',
  { ...clientsArgument, ...yesOption },
  async ({ client: all, yes, json }) => {
    requireYesOrTerminal(yes)
    const admin = await openAdmin()
    const [named = '', ...others] = all
    if (others.length > 0) {
      if (!yes)
        await confirm(
          `Type ${all.length} to delete ${all.length} clients permanently`,
          String(all.length),
        )
      return changeMany(admin, all, { action: 'delete', done: 'Deleted', flag: 'deleted' }, json)
    }
    const { client, ifMatch } = await readVersion(admin, named)
    const { client_id: id } = client
    if (!yes)
      await confirm(`Type the name to delete ${labelOf(client)} permanently`, client.client_name)
    await deleteOnce(admin, `/clients/${id}`, ifMatch)
    if (json) printJson({ client_id: id, deleted: true })
    else print(`Deleted ${id}.`)
    return EXIT.ok
  },
)
