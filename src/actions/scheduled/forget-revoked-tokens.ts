import { forgetting } from './forget.ts'

export const revokedTokens = forgetting('revoked_tokens', ({ clients }, now, rows) =>
  clients.forgetExpiredTokens(now, rows),
)
