import { letInConfiguredAdministrators } from '../administrators/let-in-configured-administrators.ts'
import type { Job } from './job.ts'
import { OPERATIONS } from './operations.ts'

const ADMINISTRATORS_A_RUN = 3

export const administrators: Job = {
  name: 'administrators',
  operations: OPERATIONS.administrators,
  run: (deps) => letInConfiguredAdministrators(deps, ADMINISTRATORS_A_RUN),
}
