import { letInConfiguredAdministrators } from '../../actions/administrators/let-in-configured-administrators.ts'
import type { Administrator } from '../../domain/administrator.ts'
import type { ConsoleContext } from '../kit/console-env.ts'

/** Finds the administrator with this address. Configured ones need not wait for the cron. */
export async function administratorAt(
  c: ConsoleContext,
  address: string,
): Promise<Administrator | null> {
  const { deps } = c.var
  if (deps.configuredAdministrators.includes(address)) await letInConfiguredAdministrators(deps)
  return deps.administrators.findByEmail(address)
}
