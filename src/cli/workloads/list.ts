import { clientArgument } from '../clients/client-argument.ts'
import { listCredentials } from '../clients/credentials.ts'
import { action } from '../command.ts'
import { printWorkloads } from './table.ts'

const WORKLOADS = {
  path: 'federated-credentials',
  what: 'workloads',
  none: 'No federated credentials.',
  printAll: printWorkloads,
}

export const list = action(
  'list',
  'List the federated credentials of a client',
  clientArgument,
  (values) => listCredentials(values, WORKLOADS),
)
