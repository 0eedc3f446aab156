import { countedInWords } from '../../domain/count.ts'
import { openAdmin } from '../admin.ts'
import type { RoleBody } from '../api-types.ts'
import { sendOnce } from '../clients/send-once.ts'
import { action } from '../command.ts'
import { bodyOf, changesOf, optionsOf } from '../fields.ts'
import { printFields } from '../table.ts'
import { note, printJson } from '../terminal.ts'
import { FIELDS } from './fields.ts'

const args = {
  name: { type: 'positional', required: true, description: 'Its display name' },
  ...optionsOf(FIELDS),
} as const

const IN_DOUBT = 'It may have been created anyway. This lists the roles:\n  portcullis roles list'

export const create = action('create', 'Create a role', args, async (values) => {
  const body = { name: values.name, permissions: [], ...bodyOf(changesOf(FIELDS, values)) }
  const made = (await sendOnce(await openAdmin(), '/roles', body, IN_DOUBT)).body as RoleBody
  if (values.json) return printJson(made)
  note(
    `Created the role ${made.name}, with ${countedInWords(made.permissions.length, 'permission')}.`,
  )
  printFields([['role_id', made.role_id]])
})
