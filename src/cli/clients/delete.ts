import { openAdmin } from '../admin.ts'
import { action } from '../command.ts'
import { deleteOnce } from '../delete-once.ts'
import { confirm, requireYesOrTerminal, yesOption } from '../confirm.ts'
import { EXIT } from '../failure.ts'
import { labelOf, readVersion } from '../find-client.ts'
import { print } from '../terminal.ts'
import { type Change, changeMany } from './change-many.ts'
import { clientsArgument } from './client-argument.ts'

export const remove = action(
  'delete',
  'Delete clients permanently, with their secrets; their tokens are rejected',
  { ...clientsArgument, ...yesOption },
  async ({ client: all, yes, json }) => {
    requireYesOrTerminal(yes)
    const [named = '', ...others] = all
    if (others.length > 0 && !yes) {
      await confirm(
        `Type ${all.length} to delete ${all.length} clients permanently`,
        String(all.length),
      )
    }
    if (others.length > 0 || (json && yes)) return changeMany(openAdmin(), all, CHANGE, json)
    const admin = await openAdmin()
    const { client, ifMatch } = await readVersion(admin, named)
    const { client_id: id } = client
    if (!yes)
      await confirm(`Type the name to delete ${labelOf(client)} permanently`, client.client_name)
    if (json) return changeMany(Promise.resolve(admin), [id], CHANGE, json)
    await deleteOnce(admin, `/clients/${id}`, ifMatch)
    print(`Deleted ${id}.`)
    return EXIT.ok
  },
)

const CHANGE: Change = { action: 'delete', done: 'Deleted', flag: 'deleted' }
