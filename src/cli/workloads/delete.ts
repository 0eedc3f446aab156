import { clientArgument } from '../clients/client-argument.ts'
import { deleteCredential } from '../clients/credentials.ts'
import { action } from '../command.ts'
import { yesOption } from '../confirm.ts'

const args = {
  ...clientArgument,
  credentialId: {
    type: 'positional',
    required: true,
    description: 'The credential_id, which workloads list shows',
  },
  ...yesOption,
} as const

export const remove = action(
  'delete',
  'Delete a federated credential: its workload gets no more tokens',
  args,
  ({ credentialId: id, ...values }) =>
    deleteCredential(
      { ...values, id },
      { path: 'federated-credentials', idField: 'credential_id', what: 'federated credential' },
    ),
)
