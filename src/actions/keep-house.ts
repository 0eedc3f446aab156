import type { Deps } from '../domain/ports.ts'
import { drainDenylist } from './drain-denylist.ts'
import { ensureSigningKey, type SigningKeyDeps } from './ensure-signing-key.ts'
import type { SpreadDeps } from './spread-denylist.ts'

const ENTRIES_A_RUN = 10
const ROWS_A_RUN = 500

/** What the cron does each minute, in bounded portions, whatever fails of it. Nothing is valid or invalid because it ran. */
export async function keepHouse(
  deps: SpreadDeps & SigningKeyDeps & Pick<Deps, 'clients'>,
): Promise<void> {
  const results = await Promise.allSettled([
    drainDenylist(deps, ENTRIES_A_RUN),
    deps.clients.settle(deps.now(), ROWS_A_RUN),
    deps.clients.forgetExpiredTokens(deps.now(), ROWS_A_RUN),
    ensureSigningKey(deps),
  ])
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}
