import { authorsOf, clientOf, namedIn } from '../../domain/audit.ts'
import type { ConsoleContext } from '../kit/console-env.ts'
import { PAGE_SIZE, readCursor, writeCursor } from '../kit/paging.ts'
import { criteriaOf, readActivityQuery } from './query.ts'

/**
 * Runs at most four statements: a page of events, the names in it, the people to choose from, and
 * the token counts. With a client, its name is among the names.
 */
export async function readActivity(c: ConsoleContext, clientId: string | null) {
  const { deps, base } = c.var
  const query = readActivityQuery(c)
  const list = ['console/activity', query]
  const from = await readCursor(c, list)
  const now = deps.now()
  const [found, people, counts] = await Promise.all([
    deps.auditEvents.list({
      ...criteriaOf(query),
      limit: PAGE_SIZE + 1,
      after: from?.[1] ?? null,
    }),
    deps.auditEvents.people(),
    from === null ? deps.tokenCounts.ofLastDays(query.clientId || null, now) : null,
  ])
  const events = found.slice(0, PAGE_SIZE)
  const chosen = [
    ...(query.clientId === '' ? [] : [clientOf(query.clientId)]),
    ...(query.actor === '' ? [] : authorsOf(query.actor)),
  ]
  const names = await deps.auditEvents.names([...namedIn(events), ...chosen])
  const last = found.length > PAGE_SIZE ? events.at(-1) : undefined
  const next = await writeCursor(c, list, last ? [last.at, last.seq] : null)
  const [later, ofClient] = [from !== null, clientId !== null]
  return { base, query, now, events, names, people, counts, next, later, ofClient }
}
