import { findClient } from '../../../actions/clients/change-client.ts'
import type { Client } from '../../../domain/client.ts'
import { DetailsPage } from './details-page.tsx'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../../kit/console-env.ts'
import { NOTES } from '../../kit/field.tsx'
import { everyPage } from '../../kit/paging.ts'
import { mayManage, page } from '../../kit/shell.tsx'

async function show(c: ConsoleContext) {
  return detailsPage(c, await findClient(c.var.deps, pathId(c, 'client_id')))
}

/** Shows a client; `note` says why it is shown instead of the requested page. */
export async function detailsPage(
  c: ConsoleContext,
  client: Client,
  note?: string,
  status: 404 | 412 = 412,
) {
  const { deps, base, formToken } = c.var
  const [apis, roles, issuers] = await Promise.all([
    everyPage(deps.apis),
    deps.roles.findMany(client.roles),
    client.federatedCredentials.length > 0 ? deps.issuers.list() : [],
  ])
  const terms = { now: deps.now(), lead: deps.reminderLead }
  const { issuer } = deps
  const read = { client, apis, roles, issuers }
  const seen = { base, issuer, formToken, ...read, mayManage: mayManage(c), note }
  return page(
    c,
    { title: client.name, section: 'clients', status: note === undefined ? 200 : status },
    <DetailsPage {...seen} {...terms} />,
  )
}

/** Shows the client as it is now, after a form that was made from an older version. */
export async function newestDetailsPage(c: ConsoleContext) {
  return detailsPage(c, await findClient(c.var.deps, pathId(c, 'client_id')), NOTES.newest)
}

export const clientDetailsRoutes: ConsoleRoute[] = [
  { method: 'GET', path: '/clients/:client_id', right: 'clients:read', handle: show },
]
