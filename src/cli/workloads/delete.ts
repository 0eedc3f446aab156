import { openAdmin } from '../admin.ts'
import { clientArgument } from '../clients/client-argument.ts'
import { action } from '../command.ts'
import { deleteOnce } from '../delete-once.ts'
import { findClientId } from '../find-client.ts'
import { print, printJson } from '../terminal.ts'

const args = {
  ...clientArgument,
  credentialId: {
    type: 'positional',
    required: true,
    description: 'The credential_id, which workloads list shows',
  },
} as const

export const remove = action(
  'delete',
  'Delete a federated credential: its workload gets no more tokens',
  args,
  async ({ client, credentialId, json }) => {
    const admin = await openAdmin()
    const id = await findClientId(admin, client)
    const path = `/clients/${id}/federated-credentials/${encodeURIComponent(credentialId)}`
    await deleteOnce(admin, path)
    if (json) return printJson({ client_id: id, credential_id: credentialId, deleted: true })
    print(`Deleted ${credentialId} of ${id}.`)
  },
)
