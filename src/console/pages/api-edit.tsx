import { h } from '../html.ts'
import { deleteApi, findApi, updateApi } from '../../actions/change-api.ts'
import { createApi } from '../../actions/create-api.ts'
import { orAgain } from '../again.ts'
import { type ConsoleContext, type ConsoleRoute, consoleRequest, goTo, pathId } from '../door.ts'
import { expectedVersions } from '../parts/confirm.tsx'
import { type Entered, NOTHING_ENTERED } from '../parts/field.tsx'
import { mayManage, page } from '../shell.tsx'
import { statusOfForm } from '../form-status.ts'
import { ApiFacts, ApiForm } from '../apis/form.tsx'
import { readApi } from '../apis/lines.ts'

function newPage(c: ConsoleContext, entered: Entered = NOTHING_ENTERED) {
  const { base, formToken } = c.var
  return page(
    c,
    { title: 'Add API', section: 'apis', status: statusOfForm(entered) },
    <ApiForm base={base} formToken={formToken} entered={entered} />,
  )
}

async function apiPage(c: ConsoleContext, entered: Entered = NOTHING_ENTERED) {
  const { base, formToken, deps } = c.var
  const api = await findApi(deps, pathId(c, 'api_id'))
  const isForm = mayManage(c) && !api.isOwn
  return page(
    c,
    { title: api.name, section: 'apis', status: statusOfForm(entered) },
    isForm ? (
      <ApiForm base={base} formToken={formToken} entered={entered} api={api} />
    ) : (
      <ApiFacts api={api} />
    ),
  )
}

function create(c: ConsoleContext) {
  const work = async () => {
    const api = await createApi(c.var.deps, consoleRequest(c), readApi(c.var.form, []))
    return goTo(c, `/apis/${api.apiId}`, 'added')
  }
  return orAgain(c, work, (entered) => newPage(c, entered))
}

function update(c: ConsoleContext) {
  const { deps, form } = c.var
  const work = async () => {
    const { apiId, permissions } = await findApi(deps, pathId(c, 'api_id'))
    await updateApi(deps, apiRequest(c), readApi(form, permissions))
    return goTo(c, `/apis/${apiId}`, 'updated')
  }
  return orAgain(c, work, (entered) => apiPage(c, entered))
}

function remove(c: ConsoleContext) {
  const work = async () => {
    await deleteApi(c.var.deps, apiRequest(c))
    return goTo(c, '/apis', 'deleted')
  }
  return orAgain(c, work, (entered) => apiPage(c, entered))
}

function apiRequest(c: ConsoleContext) {
  const apiId = pathId(c, 'api_id')
  return { ...consoleRequest(c), apiId, expectedVersions: expectedVersions(c.var.form) }
}

const ONE = '/apis/:api_id'

export const apiEditRoutes: ConsoleRoute[] = [
  { method: 'GET', path: '/apis/new', right: 'clients:manage', handle: (c) => newPage(c) },
  { method: 'POST', path: '/apis', right: 'clients:manage', handle: create },
  { method: 'GET', path: ONE, right: 'clients:read', handle: (c) => apiPage(c) },
  { method: 'POST', path: ONE, right: 'clients:manage', handle: update },
  { method: 'POST', path: `${ONE}/deletion`, right: 'clients:manage', handle: remove },
]
