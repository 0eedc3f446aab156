import { clientArgument } from '../clients/client-argument.ts'
import { showCredential } from '../clients/credentials.ts'
import { action } from '../command.ts'

const args = {
  ...clientArgument,
  credentialId: {
    type: 'positional',
    required: true,
    description: 'The credential_id, which workloads list shows',
  },
} as const

export const show = action(
  'show',
  'Show a federated credential of a client',
  args,
  ({ credentialId: id, ...values }) => showCredential({ ...values, id }, 'federated-credentials'),
)
