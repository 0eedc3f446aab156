import { keepKeys } from '../keys/try-standby.ts'
import type { Job } from './job.ts'
import { OPERATIONS } from './operations.ts'

export const signingKeys: Job = {
  name: 'signing_keys',
  operations: OPERATIONS.signing_keys,
  run: keepKeys,
}
