import { forgetting } from './forget.ts'

export const oldTokenCounts = forgetting('old_token_counts', ({ tokenCounts }, now, rows) =>
  tokenCounts.forget(now, rows),
)
