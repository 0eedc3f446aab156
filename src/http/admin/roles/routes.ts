import { changeOneOfRole } from '../../../actions/access/change-one-permission.ts'
import { deleteRole, findRole, updateRole } from '../../../actions/access/change-role.ts'
import { createRole } from '../../../actions/access/create-role.ts'
import type { Role } from '../../../domain/api.ts'
import type { AppContext } from '../../../web/app-env.ts'
import { withoutUndefined } from '../../../web/client-input.ts'
import { etagOf } from '../shared/etag.ts'
import { creationRequest, orMadeBefore } from '../shared/idempotency.ts'
import { readJson } from '../shared/json.ts'
import {
  pageBody,
  permissionListOf,
  permissionListQuery,
  readCursor,
  readQuery,
} from '../shared/lists.ts'
import { refuseBody } from '../shared/nothing.ts'
import { type AdminRoute, adminRequest, pathId } from '../shared/route.ts'
import { roleBody } from './body.ts'
import { newRoleSchema, rolePatchSchema } from './requests.ts'

async function list(c: AppContext) {
  const query = readQuery(c, permissionListQuery)
  const list = permissionListOf('roles', query)
  const after = await readCursor(c, list, query.cursor)
  const page = await c.var.deps.roles.list(query.limit, after, query)
  return c.json(await pageBody(c, list, page.items.map(roleBody), page.next))
}

async function create(c: AppContext) {
  const input = readJson(c, newRoleSchema)
  const making = createRole(c.var.deps, creationRequest(c, input), input)
  const role = await orMadeBefore(c, making, ({ id }) => findRole(c.var.deps, id))
  c.header('Location', `${c.var.deps.issuer}/admin/v1/roles/${role.roleId}`)
  return answer(c, role, 201)
}

async function show(c: AppContext) {
  return answer(c, await findRole(c.var.deps, pathId(c, 'role_id')))
}

async function update(c: AppContext) {
  const input = withoutUndefined(readJson(c, rolePatchSchema))
  return answer(c, await updateRole(c.var.deps, roleRequest(c), input))
}

async function remove(c: AppContext) {
  await deleteRole(c.var.deps, roleRequest(c))
  return c.body(null, 204)
}

function changeOne(isGiven: boolean) {
  return async (c: AppContext) => {
    refuseBody(c)
    const named = { apiId: pathId(c, 'api_id'), permission: pathId(c, 'permission') }
    return answer(c, await changeOneOfRole(c.var.deps, roleRequest(c), named, isGiven))
  }
}

function roleRequest(c: AppContext) {
  return { ...adminRequest(c), roleId: pathId(c, 'role_id') }
}

function answer(c: AppContext, role: Role, status: 200 | 201 = 200) {
  c.header('ETag', etagOf(role.version))
  return c.json(roleBody(role), status)
}

const ONE = '/roles/:role_id'
const PERMISSION = `${ONE}/permissions/:api_id/:permission`
const changing = { right: 'clients:manage', conditional: true } as const

export const roleRoutes: AdminRoute[] = [
  { method: 'GET', path: '/roles', right: 'clients:read', handle: list },
  { method: 'POST', path: '/roles', right: 'clients:manage', handle: create },
  { method: 'GET', path: ONE, right: 'clients:read', handle: show },
  { method: 'PATCH', path: ONE, right: 'clients:manage', conditional: true, handle: update },
  { method: 'DELETE', path: ONE, right: 'clients:manage', conditional: true, handle: remove },
  { method: 'PUT', path: PERMISSION, ...changing, handle: changeOne(true) },
  { method: 'DELETE', path: PERMISSION, ...changing, handle: changeOne(false) },
]
