import type { ConsoleContext } from '../kit/console-env.ts'
import { PAGE_SIZE, readCursor, writeCursor } from '../kit/paging.ts'
import { idsIn } from './action-words.ts'
import { readActivityQuery } from './query.ts'

/**
 * Runs at most three statements: a page of events, the names in it, and the token counts. With a
 * client, its name is among the names.
 */
export async function readActivity(c: ConsoleContext, clientId: string | null) {
  const { deps, base } = c.var
  const query = readActivityQuery(c)
  const list = ['console/activity', query.clientId, query.action]
  const from = await readCursor(c, list)
  const now = deps.now()
  const [found, counts] = await Promise.all([
    deps.auditEvents.list({ ...query, limit: PAGE_SIZE + 1, after: from?.[1] ?? null }),
    from === null ? deps.tokenCounts.ofLastDays(query.clientId, now) : null,
  ])
  const events = found.slice(0, PAGE_SIZE)
  const ids = clientId === null ? idsIn(events) : [...idsIn(events), clientId]
  const names = await deps.auditEvents.names(ids)
  const last = found.length > PAGE_SIZE ? events.at(-1) : undefined
  const next = await writeCursor(c, list, last ? [last.at, last.seq] : null)
  const later = from !== null
  return { base, query, now, events, names, counts, next, later, ofClient: clientId !== null }
}
