import { action } from '../../command.ts'
import { clientArgument } from '../client-argument.ts'
import { listCredentials } from '../credentials.ts'
import { printSecrets } from './table.ts'

const SECRETS = { path: 'secrets', what: 'secrets', none: 'No secrets.', printAll: printSecrets }

export const list = action(
  'list',
  'List the secrets of a client: never the secrets themselves',
  clientArgument,
  (values) => listCredentials(values, SECRETS),
)
