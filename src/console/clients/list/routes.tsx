import { ListPage } from './list-page.tsx'
import { readListQuery } from './list-query.ts'
import type { ConsoleContext, ConsoleRoute } from '../../kit/console-env.ts'
import { PAGE_SIZE, readCursor, writeCursor } from '../../kit/paging.ts'
import { mayManage, page } from '../../kit/shell.tsx'

/** Runs two statements besides that of the session; a search may take two more. */
async function list(c: ConsoleContext): Promise<Response> {
  const { deps, base } = c.var
  const query = readListQuery(c)
  const { status, sort } = query
  const marks = ['console/clients', status, query.q, sort]
  const after = await readCursor(c, marks)
  const later = after !== null
  const now = deps.now()
  const q = query.q === '' ? null : query.q
  const [found, counts] = await Promise.all([
    deps.clients.list({ status, q, sort, limit: PAGE_SIZE, after }, now),
    deps.clients.counts(now),
  ])
  const next = await writeCursor(c, marks, found.next)
  const hasNone = Object.values(counts).every((count) => count === 0)
  const hasApi = hasNone && (await deps.apis.list(2, null)).items.some(({ isOwn }) => !isOwn)
  const shown = { base, query, now, counts, next, later, hasApi, clients: found.items }
  const title = later ? 'API clients, continued' : 'API clients'
  const body = <ListPage {...shown} mayManage={mayManage(c)} />
  return page(c, { title, section: 'clients' }, body)
}

export const clientListRoutes: ConsoleRoute[] = [
  { method: 'GET', path: '/clients', right: 'clients:read', handle: list },
]
