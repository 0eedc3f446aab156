import type { ConsoleContext, ConsoleRoute } from '../../kit/console-env.ts'
import { PAGE_SIZE } from '../../kit/paging.ts'
import { mayManage, page } from '../../kit/shell.tsx'
import { ListPage } from './list-page.tsx'
import { criteriaOf, readListQuery } from './list-query.ts'
import { cursorsBeside, readPlace } from './places.ts'

/** Runs three statements besides that of the session; a search or a filter may take two more. */
async function list(c: ConsoleContext): Promise<Response> {
  const { deps, base } = c.var
  const query = readListQuery(c)
  const marks = ['console/clients', query]
  const place = await readPlace(c, marks)
  const now = deps.now()
  const [found, counts, names] = await Promise.all([
    deps.clients.list({ ...criteriaOf(query, now), limit: PAGE_SIZE, after: place.after }, now),
    deps.clients.counts(now),
    deps.catalogue.names(),
  ])
  const clients = found.items
  const beside = await cursorsBeside(c, marks, place, clients.length, found.next)
  const shown = { base, query, now, counts, names, place, clients, ...beside }
  const title = place.after === null ? 'API clients' : 'API clients, continued'
  return page(c, { title, section: 'clients' }, <ListPage {...shown} mayManage={mayManage(c)} />)
}

export const clientListRoutes: ConsoleRoute[] = [
  { method: 'GET', path: '/clients', right: 'clients:read', handle: list },
]
