import { openAdmin } from '../admin.ts'
import { action } from '../command.ts'
import { findClientId, labelOf } from '../find-client.ts'
import { print, printJson } from '../terminal.ts'
import type { ClientBody } from '../wire.ts'
import { clientArgument } from './client-argument.ts'
import { statusCell } from './words.ts'

export const resume = action(
  'resume',
  'Lift a suspension: the same tokens and secrets work again',
  clientArgument,
  async ({ client: named, json }) => {
    const admin = await openAdmin()
    const id = await findClientId(admin, named)
    const client = (await admin.ask('DELETE', `/clients/${id}/suspension`)).body as ClientBody
    if (json) return printJson(client)
    const status = statusCell(client)
    const word = typeof status === 'string' ? status : status.text
    print(`Resumed: ${labelOf(client)}. Status: ${word}; propagation ${client.propagation}`)
  },
)
