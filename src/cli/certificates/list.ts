import { clientArgument } from '../clients/client-argument.ts'
import { listCredentials } from '../clients/credentials.ts'
import { action } from '../command.ts'
import { printCertificates } from './table.ts'

const CERTIFICATES = {
  path: 'certificates',
  what: 'certificates',
  none: 'No certificates.',
  printAll: printCertificates,
}

export const list = action('list', 'List the certificates of a client', clientArgument, (values) =>
  listCredentials(values, CERTIFICATES),
)
