import { openAdmin } from '../admin.ts'
import { action } from '../command.ts'
import { deleteOnce } from '../delete-once.ts'
import { EXIT, Failure, usageFailure } from '../failure.ts'
import { labelOf, readVersion } from '../find-client.ts'
import { prompt } from '../secret-input.ts'
import { print, printJson } from '../terminal.ts'
import type { ClientBody } from '../api-types.ts'
import { changeMany } from './change-many.ts'
import { clientsArgument } from './client-argument.ts'

const args = {
  ...clientsArgument,
  yes: { type: 'boolean', description: 'Without asking' },
} as const

export const remove = action(
  'delete',
  'Delete clients permanently, with their secrets; their tokens are rejected',
  args,
  async ({ client: all, yes, json }) => {
    if (!yes && !process.stdin.isTTY) {
      throw usageFailure('Deleting is permanent. Without a terminal to confirm it on, give --yes.')
    }
    const admin = await openAdmin()
    const [named = '', ...others] = all
    if (others.length > 0) {
      if (!yes) await confirmMany(all.length)
      return changeMany(admin, all, { action: 'delete', done: 'Deleted', flag: 'deleted' }, json)
    }
    const { client, ifMatch } = await readVersion(admin, named)
    const { client_id: id } = client
    if (!yes) await confirm(client)
    await deleteOnce(admin, `/clients/${id}`, ifMatch)
    if (json) printJson({ client_id: id, deleted: true })
    else print(`Deleted ${id}.`)
    return EXIT.ok
  },
)

async function confirmMany(many: number): Promise<void> {
  const typed = await prompt(`Type ${many} to delete ${many} clients permanently: `)
  if (typed !== String(many)) throw new Failure(EXIT.failed, 'Nothing was deleted.')
}

async function confirm(client: ClientBody): Promise<void> {
  const typed = await prompt(`Type the name to delete ${labelOf(client)} permanently: `)
  if (typed !== client.client_name)
    throw new Failure(EXIT.failed, 'That is not its name. Nothing was deleted.')
}
