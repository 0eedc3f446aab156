import { group } from '../command.ts'
import { auth0, hydra, keycloak } from './command.ts'

export const imports = group('import', 'Import clients with their ids and secrets', [
  auth0,
  keycloak,
  hydra,
])
