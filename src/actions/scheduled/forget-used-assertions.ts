import { forgetting } from './forget.ts'

/** Each token of a client with a public key leaves one. */
const ROWS_A_RUN = 5000

export const usedAssertions = forgetting(
  'used_assertions',
  ({ clients }, now, rows) => clients.forgetUsedAssertions(now, rows),
  ROWS_A_RUN,
)
