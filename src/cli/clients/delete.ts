import { openAdmin } from '../admin.ts'
import { action } from '../command.ts'
import { deleteOnce } from '../delete-once.ts'
import { EXIT, Failure, usageFailure } from '../failure.ts'
import { labelOf, readVersion } from '../find-client.ts'
import { prompt } from '../secret-input.ts'
import { print, printJson } from '../terminal.ts'
import type { ClientBody } from '../api-types.ts'
import { clientArgument } from './client-argument.ts'

const args = {
  ...clientArgument,
  yes: { type: 'boolean', description: 'Without asking' },
} as const

export const remove = action(
  'delete',
  'Delete a client: its tokens and secrets are dead for good',
  args,
  async ({ client: named, yes, json }) => {
    if (!yes && !process.stdin.isTTY) {
      throw usageFailure('Deleting is for good: without a terminal to confirm it on, give --yes.')
    }
    const admin = await openAdmin()
    const { client, ifMatch } = await readVersion(admin, named)
    const { client_id: id } = client
    if (!yes) await confirm(client)
    await deleteOnce(admin, `/clients/${id}`, ifMatch)
    if (json) return printJson({ client_id: id, deleted: true })
    print(`Deleted ${id}.`)
  },
)

async function confirm(client: ClientBody): Promise<void> {
  const typed = await prompt(`Type the name to delete ${labelOf(client)} for good: `)
  if (typed !== client.client_name)
    throw new Failure(EXIT.failed, 'That is not its name. Nothing was deleted.')
}
