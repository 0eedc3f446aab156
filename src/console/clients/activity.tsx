import { clientOf, nameKey } from '../../domain/audit.ts'
import { Refusal } from '../../domain/errors.ts'
import { Activity } from '../activity/activity-page.tsx'
import { isFiltered } from '../activity/query.ts'
import { readActivity } from '../activity/read.ts'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../kit/console-env.ts'
import { PageHead } from '../kit/page-head.tsx'
import { page } from '../kit/shell.tsx'
import { ClientHead } from './details/head.tsx'

/** The history of a client. It works for a deleted client too: its history stays. */
async function show(c: ConsoleContext): Promise<Response> {
  const { deps, base } = c.var
  const id = pathId(c, 'client_id')
  const [shown, client] = await Promise.all([readActivity(c, id), deps.clients.find(id)])
  const { events, query, later, names, now } = shown
  if (client === null && events.length === 0 && !isFiltered(query, true) && !later) {
    throw new Refusal('not_found', 'There is no such API client.')
  }
  const name = client?.name ?? names.get(nameKey(clientOf(id)))?.name ?? id
  return page(
    c,
    { title: `Activity of ${name}`, section: 'clients' },
    <>
      {client ? (
        <ClientHead c={c} client={client} now={now} tab="activity" />
      ) : (
        <PageHead
          title={<bdi>{name}</bdi>}
          crumbs={[['API clients', `${base}/clients`]]}
          about="This API client was deleted. Its history stays."
        />
      )}
      <Activity {...shown} path={`${base}/clients/${id}/activity`} />
    </>,
  )
}

export const clientActivityRoutes: ConsoleRoute[] = [
  { method: 'GET', path: '/clients/:client_id/activity', right: 'audit:read', handle: show },
]
