import { countedInWords } from '../../domain/count.ts'
import { openAdmin } from '../admin.ts'
import type { ApiBody } from '../api-types.ts'
import { sendOnce } from '../clients/send-once.ts'
import { action } from '../command.ts'
import { bodyOf, changesOf, optionsOf } from '../fields.ts'
import { printFields } from '../table.ts'
import { note, printJson } from '../terminal.ts'
import { permissions } from './permissions.ts'

const FIELDS = [permissions]

const args = {
  audience: {
    type: 'positional',
    required: true,
    description: 'The aud of tokens for it: a URI, or a name such as orders-api',
  },
  name: {
    type: 'string',
    valueHint: 'TEXT',
    description: 'Its display name (default AUDIENCE)',
  },
  ...optionsOf(FIELDS),
} as const

const IN_DOUBT = 'It may have been created anyway. This lists the APIs:\n  portcullis apis list'

export const create = action('create', 'Create an API', args, async (values) => {
  const { audience, name = audience } = values
  const body = { audience, name, permissions: [], ...bodyOf(changesOf(FIELDS, values)) }
  const made = (await sendOnce(await openAdmin(), '/apis', body, IN_DOUBT)).body as ApiBody
  if (values.json) return printJson(made)
  const permissions = countedInWords(made.permissions.length, 'permission')
  note(`Created the API ${made.name}, with ${permissions}.`)
  printFields([['api_id', made.api_id]])
})
