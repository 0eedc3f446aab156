import { openAdmin } from '../admin.ts'
import { clientArgument } from '../clients/client-argument.ts'
import { action } from '../command.ts'
import { findClientId } from '../find-client.ts'
import { deleteOnce } from '../delete-once.ts'
import { print, printJson } from '../terminal.ts'

const args = {
  ...clientArgument,
  keyId: { type: 'positional', required: true, description: 'The key_id, which keys list shows' },
} as const

export const remove = action(
  'delete',
  'Delete a public key: what it signs is refused at once',
  args,
  async ({ client, keyId, json }) => {
    const admin = await openAdmin()
    const id = await findClientId(admin, client)
    await deleteOnce(admin, `/clients/${id}/keys/${encodeURIComponent(keyId)}`)
    if (json) return printJson({ client_id: id, key_id: keyId, deleted: true })
    print(`Deleted ${keyId} of ${id}.`)
  },
)
