import type * as v from 'valibot'
import { changeAccess } from '../../../actions/clients/change-access.ts'
import { findClient } from '../../../actions/clients/change-client.ts'
import { deleteClient } from '../../../actions/clients/delete-client.ts'
import { duplicateClient } from '../../../actions/clients/duplicate-client.ts'
import { type RegisteredClient, createClient } from '../../../actions/clients/create-client.ts'
import { resumeClient } from '../../../actions/clients/resume-client.ts'
import { revokeClientTokens } from '../../../actions/clients/revoke-client-tokens.ts'
import { suspendClient } from '../../../actions/clients/suspend-client.ts'
import { updateClient } from '../../../actions/clients/update-client.ts'
import { changeClients } from '../../../actions/clients/change-clients.ts'
import { authorsOf, nameKey } from '../../../domain/audit.ts'
import type { Client } from '../../../domain/client.ts'
import type { ClientFilters } from '../../../domain/clients.ts'
import type { AppContext } from '../../../web/app-env.ts'
import {
  toClientDetails,
  toNewClient,
  toOverrides,
  withoutUndefined,
} from '../../../web/client-input.ts'
import { etagOf } from '../shared/etag.ts'
import { creationRequest, orMadeBefore, shownBefore } from '../shared/idempotency.ts'
import { readJson, readOptionalJson } from '../shared/json.ts'
import { pageBody, readCursor, readQuery } from '../shared/lists.ts'
import { type AdminRoute, adminRequest, pathId } from '../shared/route.ts'
import { bulkBody, clientBody } from './body.ts'
import {
  accessSchema,
  bulkSchema,
  clientListQuery,
  clientPatchSchema,
  duplicateSchema,
  newClientSchema,
  suspensionSchema,
} from './requests.ts'
import type { CreatedClientResponse } from './response.ts'

async function list(c: AppContext) {
  const { status = null, q: text, sort, limit, cursor, ...given } = readQuery(c, clientListQuery)
  const q = text === '' ? null : text
  const filters = filtersOf(given)
  const list = ['clients', status, q, sort, ...Object.entries(filters)]
  const after = await readCursor(c, list, cursor)
  const now = c.var.deps.now()
  const page = await c.var.deps.clients.list({ status, q, sort, limit, after, ...filters }, now)
  const data = page.items.map((client) => clientBody(client, now, c.var.deps.policy))
  return c.json(await pageBody(c, list, data, page.next))
}

type Given = Pick<
  v.InferOutput<typeof clientListQuery>,
  'tag' | 'role_id' | 'audience' | 'permission' | 'unused_since' | 'key'
>

function filtersOf({ role_id: roleId, unused_since: unusedSince, ...rest }: Given): ClientFilters {
  return withoutUndefined({ ...rest, roleId, unusedSince })
}

async function bulk(c: AppContext) {
  const { client_ids: ids, ...change } = readJson(c, bulkSchema)
  const request = creationRequest(c, { client_ids: ids, ...change })
  const { results, isRepeat } = await changeClients(c.var.deps, request, ids, change)
  if (isRepeat) c.header('Idempotency-Replayed', 'true')
  return c.json(bulkBody(results, c.var.deps.now()))
}

async function create(c: AppContext) {
  const input = readJson(c, newClientSchema)
  const making = createClient(c.var.deps, creationRequest(c, input), toNewClient(input))
  return created(c, making, input)
}

async function show(c: AppContext) {
  const client = await findClient(c.var.deps, pathId(c, 'client_id'))
  c.header('ETag', etagOf(client.version))
  const body = clientBody(client, c.var.deps.now(), c.var.deps.policy)
  return c.json({ ...body, ...(await creatorBody(c, client)) })
}

/** The name of the creator, which only the answer about one client has. */
async function creatorBody(c: AppContext, { createdBy }: Client) {
  if (createdBy === 'bootstrap') return {}
  const authors = authorsOf(createdBy)
  const names = await c.var.deps.auditEvents.names(authors)
  const known = authors.map((one) => names.get(nameKey(one))).find(Boolean)
  return known && { created_by_name: known.name, ...(known.isGone && { created_by_removed: true }) }
}

async function update(c: AppContext) {
  const details = toClientDetails(readJson(c, clientPatchSchema))
  return answer(c, await updateClient(c.var.deps, clientRequest(c), details))
}

async function remove(c: AppContext) {
  await deleteClient(c.var.deps, clientRequest(c))
  return c.body(null, 204)
}

async function access(c: AppContext) {
  const { apply_to_issued_tokens, ...rest } = readJson(c, accessSchema)
  const input = { ...rest, applyToIssuedTokens: apply_to_issued_tokens }
  return answer(c, await changeAccess(c.var.deps, clientRequest(c), input))
}

async function suspend(c: AppContext) {
  const { reason } = readOptionalJson(c, suspensionSchema)
  return answer(c, await suspendClient(c.var.deps, clientRequest(c), reason))
}

async function resume(c: AppContext) {
  return answer(c, await resumeClient(c.var.deps, clientRequest(c)))
}

async function revokeTokens(c: AppContext) {
  return answer(c, await revokeClientTokens(c.var.deps, clientRequest(c)))
}

async function duplicate(c: AppContext) {
  const input = readOptionalJson(c, duplicateSchema)
  const request = { ...clientRequest(c), ...creationRequest(c, input) }
  return created(c, duplicateClient(c.var.deps, request, toOverrides(input)), input)
}

export function clientRequest(c: AppContext) {
  return { ...adminRequest(c), clientId: pathId(c, 'client_id') }
}

export function answer(c: AppContext, client: Client) {
  c.header('ETag', etagOf(client.version))
  return c.json(clientBody(client, c.var.deps.now(), c.var.deps.policy))
}

async function created(
  c: AppContext,
  making: Promise<RegisteredClient>,
  wanted: { secret?: object | null | undefined },
) {
  const locate = ({ clientId }: Client) => `${c.var.deps.issuer}/admin/v1/clients/${clientId}`
  const { client, secretText } = await orMadeBefore(c, making, async ({ id }) => {
    const found = await findClient(c.var.deps, id)
    if (wasShownSecret(found, wanted)) throw shownBefore(locate(found))
    return { client: found, secretText: null }
  })
  c.header('ETag', etagOf(client.version))
  c.header('Location', locate(client))
  const body: CreatedClientResponse = {
    ...clientBody(client, c.var.deps.now(), c.var.deps.policy),
    client_secret: secretText ?? undefined,
  }
  return c.json(body, 201)
}

/** Where none was asked for or declined, a client without one had none from the start. */
function wasShownSecret(client: Client, { secret }: { secret?: object | null | undefined }) {
  return secret === undefined ? client.secrets.length > 0 : secret !== null
}

const ONE = '/clients/:client_id'

export const clientRoutes: AdminRoute[] = [
  { method: 'GET', path: '/clients', right: 'clients:read', handle: list },
  { method: 'POST', path: '/clients', right: 'clients:manage', handle: create },
  { method: 'POST', path: '/clients/bulk', right: 'clients:manage', handle: bulk },
  { method: 'GET', path: ONE, right: 'clients:read', handle: show },
  { method: 'PATCH', path: ONE, right: 'clients:manage', conditional: true, handle: update },
  { method: 'DELETE', path: ONE, right: 'clients:manage', conditional: true, handle: remove },
  {
    method: 'PUT',
    path: `${ONE}/access`,
    right: 'clients:manage',
    conditional: true,
    handle: access,
  },
  { method: 'PUT', path: `${ONE}/suspension`, right: 'clients:manage', handle: suspend },
  {
    method: 'DELETE',
    path: `${ONE}/suspension`,
    right: 'clients:manage',
    conditional: true,
    handle: resume,
  },
  { method: 'DELETE', path: `${ONE}/tokens`, right: 'clients:manage', handle: revokeTokens },
  { method: 'POST', path: `${ONE}/duplicates`, right: 'clients:manage', handle: duplicate },
]
