import { clientArgument } from '../clients/client-argument.ts'
import { listCredentials } from '../clients/credentials.ts'
import { action } from '../command.ts'
import { printKeys } from './table.ts'

const KEYS = { path: 'keys', what: 'keys', none: 'No public keys.', printAll: printKeys }

export const list = action('list', 'List the public keys of a client', clientArgument, (values) =>
  listCredentials(values, KEYS),
)
