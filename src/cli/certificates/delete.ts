import { clientArgument } from '../clients/client-argument.ts'
import { deleteCredential } from '../clients/credentials.ts'
import { action } from '../command.ts'
import { yesOption } from '../confirm.ts'

const args = {
  ...clientArgument,
  certificateId: {
    type: 'positional',
    required: true,
    description: 'The certificate_id, which certificates list shows',
  },
  ...yesOption,
} as const

export const remove = action(
  'delete',
  'Delete a certificate: the client is no longer recognised by it',
  args,
  ({ certificateId: id, ...values }) =>
    deleteCredential(
      { ...values, id },
      { path: 'certificates', idField: 'certificate_id', what: 'certificate' },
    ),
)
