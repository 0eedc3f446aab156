import { deleteApi, findApi, updateApi } from '../../../actions/access/change-api.ts'
import {
  putApiPermission,
  removeApiPermission,
} from '../../../actions/access/change-one-permission.ts'
import { createApi } from '../../../actions/access/create-api.ts'
import type { Api } from '../../../domain/api.ts'
import type { AppContext } from '../../../web/app-env.ts'
import { withoutUndefined } from '../../../web/client-input.ts'
import { parse } from '../../../web/parse.ts'
import { etagOf } from '../shared/etag.ts'
import { creationRequest, orMadeBefore } from '../shared/idempotency.ts'
import { readJson, readOptionalJson } from '../shared/json.ts'
import {
  pageBody,
  permissionListOf,
  permissionListQuery,
  readCursor,
  readQuery,
} from '../shared/lists.ts'
import { type AdminRoute, adminRequest, pathId } from '../shared/route.ts'
import { apiBody } from './body.ts'
import {
  apiPatchSchema,
  apiPermissionSchema,
  newApiSchema,
  permissionTextsSchema,
} from './requests.ts'

async function list(c: AppContext) {
  const query = readQuery(c, permissionListQuery)
  const list = permissionListOf('apis', query)
  const after = await readCursor(c, list, query.cursor)
  const page = await c.var.deps.apis.list(query.limit, after, query)
  return c.json(await pageBody(c, list, page.items.map(apiBody), page.next))
}

async function create(c: AppContext) {
  const input = readJson(c, newApiSchema)
  const making = createApi(c.var.deps, creationRequest(c, input), input)
  const api = await orMadeBefore(c, making, ({ id }) => findApi(c.var.deps, id))
  c.header('Location', `${c.var.deps.issuer}/admin/v1/apis/${api.apiId}`)
  return answer(c, api, 201)
}

async function show(c: AppContext) {
  return answer(c, await findApi(c.var.deps, pathId(c, 'api_id')))
}

async function update(c: AppContext) {
  const { confirm_audience_in_use: isAudienceConfirmed, ...input } = readJson(c, apiPatchSchema)
  const request = { ...apiRequest(c), isAudienceConfirmed }
  return answer(c, await updateApi(c.var.deps, request, withoutUndefined(input)))
}

async function putPermission(c: AppContext) {
  const texts = readOptionalJson(c, permissionTextsSchema)
  // Without the API the path is wrong, whatever the name of the permission is.
  await findApi(c.var.deps, pathId(c, 'api_id'))
  const one = parse({ permission: pathId(c, 'permission'), ...texts }, apiPermissionSchema)
  return answer(c, await putApiPermission(c.var.deps, apiRequest(c), one))
}

async function removePermission(c: AppContext) {
  const permission = pathId(c, 'permission')
  return answer(c, await removeApiPermission(c.var.deps, apiRequest(c), permission))
}

async function remove(c: AppContext) {
  await deleteApi(c.var.deps, apiRequest(c))
  return c.body(null, 204)
}

function apiRequest(c: AppContext) {
  return { ...adminRequest(c), apiId: pathId(c, 'api_id') }
}

function answer(c: AppContext, api: Api, status: 200 | 201 = 200) {
  c.header('ETag', etagOf(api.version))
  return c.json(apiBody(api), status)
}

const ONE = '/apis/:api_id'
const PERMISSION = `${ONE}/permissions/:permission`
const changing = { right: 'clients:manage', conditional: true } as const

export const apiRoutes: AdminRoute[] = [
  { method: 'GET', path: '/apis', right: 'clients:read', handle: list },
  { method: 'POST', path: '/apis', right: 'clients:manage', handle: create },
  { method: 'GET', path: ONE, right: 'clients:read', handle: show },
  { method: 'PATCH', path: ONE, right: 'clients:manage', conditional: true, handle: update },
  { method: 'DELETE', path: ONE, right: 'clients:manage', conditional: true, handle: remove },
  { method: 'PUT', path: PERMISSION, ...changing, handle: putPermission },
  { method: 'DELETE', path: PERMISSION, ...changing, handle: removePermission },
]
