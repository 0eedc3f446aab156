import { letInConfiguredAdministrators } from '../../actions/administrators/let-in-configured-administrators.ts'
import type { Administrator } from '../../domain/administrator.ts'
import type { ConsoleContext } from '../kit/console-env.ts'

/** The administrator with this address; configured ones are let in without waiting for the cron. */
export async function administratorAt(
  c: ConsoleContext,
  address: string,
): Promise<Administrator | null> {
  const { deps } = c.var
  if (deps.configuredAdministrators.includes(address)) await letInConfiguredAdministrators(deps)
  return deps.administrators.findByEmail(address)
}
