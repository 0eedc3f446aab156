import { type Client, changed, visibleSecrets } from '../../domain/client.ts'
import type { EventDraft } from '../../domain/audit.ts'
import type { Clients } from '../../domain/clients.ts'
import { afterFirstUses } from '../../domain/first-use.ts'
import {
  type CommitDeps,
  commitChange,
  FEW_ATTEMPTS,
  noChange,
  NO_ONE_TO_ASK,
  SYSTEM,
} from '../changes/commit-change.ts'
import { retiredEvents } from './retired-events.ts'

export type RetireReplacedDeps = CommitDeps & { clients: Pick<Clients, 'find'> }

/** The reason of the retirement in the audit log. */
const FIRST_USE = 'The new secret was used for the first time.'

/**
 * Gives the secrets of a client their end where one that waited for its first use has had it. Does
 * nothing where that was done. The change gives way to those of administrators: the cron comes
 * again.
 */
export async function retireReplaced(deps: RetireReplacedDeps, clientId: string): Promise<void> {
  const decide = async () => {
    const before = await deps.clients.find(clientId)
    if (!before) return noChange(undefined)
    const { client: used, events } = withFirstUses(before)
    if (used === before) return noChange(undefined)
    const now = deps.now()
    const after = changed(used, now, { secrets: visibleSecrets(used, now) })
    return {
      result: undefined,
      events,
      writes: [{ kind: 'client' as const, before, after }],
    }
  }
  await commitChange(deps, NO_ONE_TO_ASK, decide, FEW_ATTEMPTS)
}

/** The client as first uses leave it, and the events of those; the very same one without any. */
export function withFirstUses(client: Client): { client: Client; events: EventDraft[] } {
  const secrets = afterFirstUses(client.secrets)
  if (secrets === client.secrets) return { client, events: [] }
  const events = retiredEvents(client.secrets, secrets).map((event) => ({
    ...event,
    ...SYSTEM,
    clientId: client.clientId,
    reason: FIRST_USE,
  }))
  return { client: { ...client, secrets }, events }
}
