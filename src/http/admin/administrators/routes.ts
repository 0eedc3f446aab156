import {
  deleteAdministrator,
  findAdministrator,
  updateAdministrator,
} from '../../../actions/administrators/change-administrator.ts'
import { blockMember } from '../../../actions/administrators/block-member.ts'
import { createAdministrator } from '../../../actions/administrators/create-administrator.ts'
import { letInConfiguredAdministrators } from '../../../actions/administrators/let-in-configured-administrators.ts'
import type { Administrator } from '../../../domain/administrator.ts'
import { invalidField } from '../../../domain/errors.ts'
import type { Member } from '../../../domain/member.ts'
import { hasRight } from '../../../domain/authority.ts'
import type { AppContext } from '../../../web/app-env.ts'
import { withoutUndefined } from '../../../web/client-input.ts'
import { etagOf } from '../shared/etag.ts'
import { creationRequest, orMadeBefore } from '../shared/idempotency.ts'
import { readJson } from '../shared/json.ts'
import { pageBody, pageSchema, readCursor, readQuery } from '../shared/lists.ts'
import { type AdminRoute, adminRequest, pathId } from '../shared/route.ts'
import { administratorBody } from './body.ts'
import { administratorPatchSchema, newAdministratorSchema } from './requests.ts'

const LIST = ['administrators']

/** Lets configured administrators in before the first cron; a read-only caller causes no write. */
async function letInConfigured(c: AppContext) {
  if (hasRight(c.var.principal, 'person')) await letInConfiguredAdministrators(c.var.deps)
}

async function list(c: AppContext) {
  const { limit, cursor } = readQuery(c, pageSchema)
  const after = await readCursor(c, LIST, cursor)
  await letInConfigured(c)
  const page = await c.var.deps.members.list(limit, after)
  return c.json(await pageBody(c, LIST, page.items.map(administratorBody), page.next))
}

async function create(c: AppContext) {
  const input = readJson(c, newAdministratorSchema)
  const making = createAdministrator(c.var.deps, creationRequest(c, input), input)
  const administrator = await orMadeBefore(c, making, ({ id }) => findAdministrator(c.var.deps, id))
  const path = `/admin/v1/administrators/${administrator.administratorId}`
  c.header('Location', c.var.deps.issuer + path)
  return answer(c, administrator, 201)
}

async function show(c: AppContext) {
  await letInConfigured(c)
  return answer(c, await findAdministrator(c.var.deps, pathId(c, 'administrator_id')))
}

async function update(c: AppContext) {
  const { blocked, ...fields } = withoutUndefined(readJson(c, administratorPatchSchema))
  const [{ deps }, request] = [c.var, administratorRequest(c)]
  if (blocked === undefined) return answer(c, await updateAdministrator(deps, request, fields))
  await findAdministrator(deps, request.administratorId)
  if (Object.keys(fields).length > 0) throw invalidField('blocked', 'must be the only field')
  return answer(c, await blockMember(deps, request, blocked))
}

async function remove(c: AppContext) {
  await deleteAdministrator(c.var.deps, administratorRequest(c))
  return c.body(null, 204)
}

function administratorRequest(c: AppContext) {
  return { ...adminRequest(c), administratorId: pathId(c, 'administrator_id') }
}

function answer(c: AppContext, administrator: Administrator | Member, status: 200 | 201 = 200) {
  c.header('ETag', etagOf(administrator.version))
  return c.json(administratorBody(administrator), status)
}

const ONE = '/administrators/:administrator_id'

export const administratorRoutes: AdminRoute[] = [
  { method: 'GET', path: '/administrators', right: 'clients:read', handle: list },
  { method: 'POST', path: '/administrators', right: 'person', handle: create },
  { method: 'GET', path: ONE, right: 'clients:read', handle: show },
  { method: 'PATCH', path: ONE, right: 'person', conditional: true, handle: update },
  { method: 'DELETE', path: ONE, right: 'person', conditional: true, handle: remove },
]
