import { openAdmin } from '../admin.ts'
import { action } from '../command.ts'
import { deleteOnce } from '../delete-once.ts'
import { print, printJson } from '../terminal.ts'

const args = {
  issuerId: {
    type: 'positional',
    required: true,
    description: 'The issuer_id, which issuers list shows',
  },
} as const

export const remove = action(
  'delete',
  'Trust an issuer no more, where no federated credential names it',
  args,
  async ({ issuerId, json }) => {
    await deleteOnce(await openAdmin(), `/issuers/${encodeURIComponent(issuerId)}`)
    if (json) return printJson({ issuer_id: issuerId, deleted: true })
    print(`Deleted ${issuerId}.`)
  },
)
