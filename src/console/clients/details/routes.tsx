import { findClient } from '../../../actions/clients/change-client.ts'
import type { Client } from '../../../domain/client.ts'
import { authorsOf } from '../../../domain/audit.ts'
import { DAY } from '../../../domain/time.ts'
import { Alert } from '../../kit/alert.tsx'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../../kit/console-env.ts'
import { NOTES } from '../../kit/field.tsx'
import { everyPage } from '../../kit/paging.ts'
import { mayManage, page } from '../../kit/shell.tsx'
import { Overview } from './details-page.tsx'
import type { DetailsProps } from './details-props.ts'
import { ClientHead } from './head.tsx'
import { ClientNote } from './note.tsx'

async function show(c: ConsoleContext) {
  return detailsPage(c, await findClient(c.var.deps, pathId(c, 'client_id')))
}

/** Shows a client; `note` says why it is shown instead of the requested page. */
export async function detailsPage(
  c: ConsoleContext,
  client: Client,
  note?: string,
  status: 200 | 404 | 412 = 412,
) {
  const props = await read(c, client)
  return page(
    c,
    { title: client.name, section: 'clients', status: note === undefined ? 200 : status },
    <>
      {note !== undefined && (
        <Alert>
          <p>{note}</p>
        </Alert>
      )}
      <ClientHead c={c} client={client} now={props.now} tab="overview" />
      <ClientNote {...props} />
      <Overview {...props} />
    </>,
  )
}

async function read(c: ConsoleContext, client: Client): Promise<DetailsProps> {
  const { deps, base } = c.var
  const now = deps.now()
  const [apis, roles, issuers, counts, names] = await Promise.all([
    everyPage(deps.apis),
    deps.roles.findMany(client.roles),
    client.federatedCredentials.length > 0 ? deps.issuers.list() : [],
    deps.tokenCounts.ofLastDays(client.clientId, now),
    deps.auditEvents.names(creatorsOf(client).flatMap(authorsOf)),
  ])
  const { issuer, statusListBase, reminderDays: days, policy } = deps
  const about = { base, issuer, terms: { issuer, statusListBase }, client }
  const lead = Math.max(...days) * DAY
  const found = { apis, roles, issuers, counts, names }
  return { ...about, ...found, now, lead, policy, mayManage: mayManage(c) }
}

/** The ids of those who created the client and its credentials. */
function creatorsOf({ createdBy, secrets, publicKeys, certificates }: Client): string[] {
  const credentials = [...secrets, ...publicKeys, ...certificates]
  const all = [createdBy, ...credentials.map((one) => one.createdBy)]
  return [...new Set(all.filter((id): id is string => id !== null && id !== 'bootstrap'))]
}

/** Shows the client as it is now, after a form that was made from an older version. */
export async function newestDetailsPage(c: ConsoleContext) {
  return detailsPage(c, await findClient(c.var.deps, pathId(c, 'client_id')), NOTES.newest)
}

export const clientDetailsRoutes: ConsoleRoute[] = [
  { method: 'GET', path: '/clients/:client_id', right: 'clients:read', handle: show },
]
