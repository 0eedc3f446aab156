import { forgetting } from './forget.ts'

export const usedAssertions = forgetting('used_assertions', ({ credentials }, now, rows) =>
  credentials.forgetUsedAssertions(now, rows),
)
