import { changed, visibleSecrets } from '../../domain/client.ts'
import type { Clients } from '../../domain/clients.ts'
import { hasVanished, retire } from '../../domain/secret.ts'
import { isUnused } from '../../domain/unused-secret.ts'
import { countedInWords } from '../../domain/count.ts'
import {
  type CommitDeps,
  commitChange,
  FEW_ATTEMPTS,
  noChange,
  NO_ONE_TO_ASK,
  SYSTEM,
} from '../changes/commit-change.ts'
import { retiredEvents } from './retired-events.ts'

type EndUnusedDeps = CommitDeps & { clients: Pick<Clients, 'find'> }

/** Ends a secret that was not used for so many days, unless it was used meanwhile. */
export async function endUnusedSecret(
  deps: EndUnusedDeps,
  clientId: string,
  secretId: string,
  days: number,
): Promise<void> {
  const decide = async () => {
    const now = deps.now()
    const before = await deps.clients.find(clientId)
    const secret = before?.secrets.find((one) => one.secretId === secretId)
    if (!before || !secret || !isUnused(secret, before, now, days)) return noChange(undefined)
    const secrets = visibleSecrets(before, now).map((one) =>
      one === secret ? retire(one, now, 0) : one,
    )
    const events = retiredEvents(before.secrets, secrets).map((event) => ({
      ...event,
      ...SYSTEM,
      clientId,
      reason: `Not used for ${countedInWords(days, 'day')}.`,
    }))
    const after = changed(before, now, { secrets: secrets.filter((one) => !hasVanished(one, now)) })
    return { result: undefined, events, writes: [{ kind: 'client' as const, before, after }] }
  }
  await commitChange(deps, NO_ONE_TO_ASK, decide, FEW_ATTEMPTS)
}
