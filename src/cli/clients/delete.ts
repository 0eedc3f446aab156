import { openAdmin } from '../admin.ts'
import { action } from '../command.ts'
import { EXIT, Failure, usageFailure } from '../failure.ts'
import { findClientId, labelOf, readClient } from '../find-client.ts'
import { ask } from '../secret-input.ts'
import { print, printJson } from '../terminal.ts'
import type { ClientBody } from '../wire.ts'
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
    const id = await findClientId(admin, named)
    if (!yes) await confirm(await readClient(admin, id))
    await admin.ask('DELETE', `/clients/${id}`)
    if (json) return printJson({ client_id: id, deleted: true })
    print(`Deleted ${id}.`)
  },
)

async function confirm(client: ClientBody): Promise<void> {
  const typed = await ask(`Type the name to delete ${labelOf(client)} for good: `)
  if (typed !== client.client_name)
    throw new Failure(EXIT.failed, 'That is not its name. Nothing was deleted.')
}
