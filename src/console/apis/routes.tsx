import type { AdminRequest } from '../../actions/changes/commit-change.ts'
import { deleteApi, findApi, updateApi } from '../../actions/access/change-api.ts'
import { createApi } from '../../actions/access/create-api.ts'
import type { Api } from '../../domain/api.ts'
import type { Seconds } from '../../domain/time.ts'
import { orAgain } from '../forms/again.ts'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../kit/console-env.ts'
import type { FlashKind } from '../forms/banners.ts'
import { tell } from '../forms/flash.ts'
import { type DoneBefore, doOnce } from '../forms/once.ts'
import { called, expectedVersions } from '../kit/confirm.tsx'
import { type Entered, NOTHING_ENTERED, withoutValues } from '../kit/field.tsx'
import { mayManage, page } from '../kit/shell.tsx'
import { statusOfForm } from '../kit/form-status.ts'
import { ApiFacts, ApiForm } from './form.tsx'
import { readApi } from './lines.ts'
import { listApis } from './list.tsx'

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
  const once = () =>
    doOnce(c, {
      work: async (request) => {
        const api = await createApi(c.var.deps, request, readApi(c.var.form))
        return toApi(c, 'api.created', api, api.updatedAt)
      },
      before: async ({ id, at }) => toApi(c, 'api.created', await findApi(c.var.deps, id), at),
    })
  return orAgain(c, once, (entered) => newPage(c, entered))
}

function update(c: ConsoleContext) {
  const { deps, form } = c.var
  const once = () =>
    doOnce(c, {
      work: async (request) => {
        const input = readApi(form, await findApi(deps, pathId(c, 'api_id')))
        const api = await updateApi(deps, asSeen(c, request), input)
        return toApi(c, 'api.updated', api, api.updatedAt)
      },
      before: async ({ id, at }) => toApi(c, 'api.updated', await findApi(deps, id), at),
    })
  return orAgain(c, once, (entered) => apiPage(c, entered))
}

function remove(c: ConsoleContext) {
  const { deps, form } = c.var
  const report = ({ id, at }: DoneBefore) =>
    tell(c, '/apis', { kind: 'api.deleted', id, name: called(form), at })
  const once = () =>
    doOnce(c, {
      work: async (request) => {
        await deleteApi(deps, asSeen(c, request))
        return report({ id: pathId(c, 'api_id'), at: deps.now() })
      },
      before: report,
    })
  return orAgain(c, once, (entered) => removeAgain(c, entered))
}

const removeAgain = (c: ConsoleContext, entered: Entered) => apiPage(c, withoutValues(entered))

function toApi(c: ConsoleContext, kind: FlashKind, { apiId: id, name }: Api, at: Seconds) {
  return tell(c, `/apis/${id}`, { kind, id, name, at })
}

function asSeen(c: ConsoleContext, request: AdminRequest) {
  const apiId = pathId(c, 'api_id')
  return { ...request, apiId, expectedVersions: expectedVersions(c.var.form) }
}

const ONE = '/apis/:api_id'

export const apiRoutes: ConsoleRoute[] = [
  { method: 'GET', path: '/apis', right: 'clients:read', handle: listApis },
  { method: 'GET', path: '/apis/new', right: 'clients:manage', handle: (c) => newPage(c) },
  { method: 'POST', path: '/apis', right: 'clients:manage', handle: create, again: newPage },
  { method: 'GET', path: ONE, right: 'clients:read', handle: (c) => apiPage(c) },
  { method: 'POST', path: ONE, right: 'clients:manage', handle: update, again: apiPage },
  {
    method: 'POST',
    path: `${ONE}/deletion`,
    right: 'clients:manage',
    handle: remove,
    again: removeAgain,
  },
]
