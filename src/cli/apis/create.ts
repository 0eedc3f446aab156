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
    description: 'What tokens for it have in aud: a URI, or a name such as orders-api',
  },
  name: {
    type: 'string',
    valueHint: 'TEXT',
    description: 'What people call it (default AUDIENCE)',
  },
  ...optionsOf(FIELDS),
} as const

const IN_DOUBT = 'It may be known all the same. This lists the APIs:\n  portcullis apis list'

export const create = action('create', 'Make an API known', args, async (values) => {
  const { audience, name = audience } = values
  const body = { audience, name, permissions: [], ...bodyOf(changesOf(FIELDS, values)) }
  const made = (await sendOnce(await openAdmin(), '/apis', body, IN_DOUBT)).body as ApiBody
  if (values.json) return printJson(made)
  note(
    `${made.name} is known from now on, with ${countedInWords(made.permissions.length, 'permission')}.`,
  )
  printFields([['api_id', made.api_id]])
})
