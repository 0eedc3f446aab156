import { forgetting } from './forget.ts'

export const usedAssertions = forgetting('used_assertions', ({ clients }, now, rows) =>
  clients.forgetUsedAssertions(now, rows),
)
