import { clientArgument } from '../clients/client-argument.ts'
import { showCredential } from '../clients/credentials.ts'
import { action } from '../command.ts'

const args = {
  ...clientArgument,
  certificateId: {
    type: 'positional',
    required: true,
    description: 'The certificate_id, which certificates list shows',
  },
} as const

export const show = action(
  'show',
  'Show a certificate of a client',
  args,
  ({ certificateId: id, ...values }) => showCredential({ ...values, id }, 'certificates'),
)
