import { openAdmin } from '../admin.ts'
import type { AdministratorBody } from '../api-types.ts'
import { sendOnce } from '../clients/send-once.ts'
import { action } from '../command.ts'
import { printFields } from '../table.ts'
import { note, printJson } from '../terminal.ts'
import { access } from './noun.ts'

const args = {
  email: { type: 'positional', required: true, description: 'The address they sign in with' },
  access: { ...access, type: 'string', required: true },
} as const

const IN_DOUBT =
  'They may have access anyway. This lists the administrators:\n  portcullis administrators list'

export const add = action('add', 'Give a person access', args, async (values) => {
  const wanted = { email: values.email, access: values.access }
  const { body } = await sendOnce(await openAdmin(), '/administrators', wanted, IN_DOUBT)
  if (values.json) return printJson(body)
  const made = body as AdministratorBody
  note(`${made.email} now has access: ${made.access}.`)
  printFields([['administrator_id', made.administrator_id]])
})
