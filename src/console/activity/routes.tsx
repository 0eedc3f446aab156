import { Refusal } from '../../domain/errors.ts'
import { ActivityPage } from './activity-page.tsx'
import { idsIn } from './action-words.ts'
import { exportCsv, exportJsonLines } from './export.ts'
import { readActivityQuery } from './query.ts'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../kit/console-env.ts'
import { PAGE_SIZE, readCursor, writeCursor } from '../kit/paging.ts'
import { page } from '../kit/shell.tsx'

async function ofAll(c: ConsoleContext): Promise<Response> {
  const { later, ...shown } = await read(c, null)
  const title = later ? 'Activity, continued' : 'Activity'
  const body = <ActivityPage {...shown} later={later} client={null} />
  return page(c, { title, section: 'activity' }, body)
}

/** Works for a deleted client too: its history stays. */
async function ofClient(c: ConsoleContext): Promise<Response> {
  const id = pathId(c, 'client_id')
  const shown = await read(c, id)
  const name = shown.names.get(id) ?? null
  if (name === null && shown.events.length === 0 && shown.query.action === null && !shown.later) {
    throw new Refusal('not_found', 'There is no such API client.')
  }
  const body = <ActivityPage {...shown} client={{ id, name }} />
  return page(c, { title: `Activity of ${name ?? id}`, section: 'clients' }, body)
}

/** Runs at most three statements: a page of events, the names in it, and the token counts. */
async function read(c: ConsoleContext, clientId: string | null) {
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
  return { base, query, now, events, names, counts, next, later: from !== null }
}

export const activityRoutes: ConsoleRoute[] = [
  { method: 'GET', path: '/activity', right: 'audit:read', handle: ofAll },
  { method: 'GET', path: '/activity/export.csv', right: 'audit:read', handle: exportCsv },
  { method: 'GET', path: '/activity/export.jsonl', right: 'audit:read', handle: exportJsonLines },
  { method: 'GET', path: '/clients/:client_id/activity', right: 'audit:read', handle: ofClient },
]
