import { changeOneRight, type OneRight } from '../../../actions/clients/change-one-right.ts'
import type { AppContext } from '../../../web/app-env.ts'
import { readOptionalJson } from '../shared/json.ts'
import { readQuery } from '../shared/lists.ts'
import { type AdminRoute, pathId } from '../shared/route.ts'
import { takingQuery, givenRightSchema } from './requests.ts'
import { answer, clientRequest } from './routes.ts'

type ReadRight = (c: AppContext) => OneRight

const permission: ReadRight = (c) => ({
  apiId: pathId(c, 'api_id'),
  permission: pathId(c, 'permission'),
})

const role: ReadRight = (c) => ({ roleId: pathId(c, 'role_id') })

function give(read: ReadRight) {
  return async (c: AppContext) => {
    const { apply_to_issued_tokens } = readOptionalJson(c, givenRightSchema)
    return change(c, read(c), true, apply_to_issued_tokens)
  }
}

function take(read: ReadRight) {
  return async (c: AppContext) => {
    const { apply_to_issued_tokens } = readQuery(c, takingQuery)
    return change(c, read(c), false, apply_to_issued_tokens === 'true')
  }
}

async function change(
  c: AppContext,
  right: OneRight,
  isGiven: boolean,
  applyToIssuedTokens: boolean,
) {
  const wanted = { right, isGiven, applyToIssuedTokens }
  return answer(c, await changeOneRight(c.var.deps, clientRequest(c), wanted))
}

export const rightRoutes: AdminRoute[] = [
  { path: '/clients/:client_id/permissions/:api_id/:permission', read: permission },
  { path: '/clients/:client_id/roles/:role_id', read: role },
].flatMap(({ path, read }): AdminRoute[] => [
  { method: 'PUT', path, right: 'clients:manage', conditional: true, handle: give(read) },
  {
    method: 'DELETE',
    path,
    right: 'clients:manage',
    conditional: true,
    hasQuery: true,
    handle: take(read),
  },
])
