import { openAdmin } from '../admin.ts'
import type { ClientBody } from '../api-types.ts'
import { changeAsRead } from '../change-as-read.ts'
import { action } from '../command.ts'
import { wantedBy, editOptionsOf, editsOf } from '../fields.ts'
import { labelOf, readVersion } from '../find-client.ts'
import { print, printJson } from '../terminal.ts'
import { clientArgument } from './client-argument.ts'
import { CLIENT_FIELDS } from './fields.ts'

export const edit = action(
  'edit',
  'Change a client: its name, its description, its tags, its settings',
  { ...clientArgument, ...editOptionsOf(CLIENT_FIELDS) },
  async (values) => {
    const edits = editsOf(CLIENT_FIELDS, values)
    const admin = await openAdmin()
    const { client, ifMatch } = await readVersion(admin, values.client)
    const target = { path: `/clients/${client.client_id}`, ifMatch }
    const after = await changeAsRead<ClientBody>(admin, target, wantedBy(edits, client))
    if (values.json) return printJson(after)
    print(`Changed ${labelOf(after)}.`)
  },
)
