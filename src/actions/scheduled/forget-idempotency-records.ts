import { forgetting } from './forget.ts'

export const oldIdempotencyRecords = forgetting(
  'old_idempotency',
  ({ idempotencyRecords }, now, rows) => idempotencyRecords.forget(now, rows),
)
