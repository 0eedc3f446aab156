import { clientOf, nameKey } from '../../domain/audit.ts'
import type { Client } from '../../domain/client.ts'
import type { ConsoleContext } from './console-env.ts'

/** The names of the clients that were chosen and are not there any more, or their ids. */
export async function namesOfGone(
  { var: { deps } }: ConsoleContext,
  chosen: string[],
  found: Client[],
): Promise<string[]> {
  const ids = chosen.filter((id) => found.every(({ clientId }) => clientId !== id))
  if (ids.length === 0) return []
  const names = await deps.auditEvents.names(ids.map(clientOf))
  return ids.map((id) => names.get(nameKey(clientOf(id)))?.name ?? id)
}

/** Says so in the list of the clients that are there. */
export function GoneClients({ names }: { names: string[] }) {
  return (
    <>
      {names.map((name) => (
        <li>
          <bdi>{name}</bdi> <span class="sub">Not there any more: nothing changes</span>
        </li>
      ))}
    </>
  )
}
