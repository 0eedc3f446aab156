import type { AdminRequest } from '../../actions/changes/commit-change.ts'
import { deleteApi, findApi, updateApi, usersOf } from '../../actions/access/change-api.ts'
import { createApi } from '../../actions/access/create-api.ts'
import type { Api } from '../../domain/api.ts'
import type { Seconds } from '../../domain/time.ts'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../kit/console-env.ts'
import type { FlashKind } from '../forms/banners.ts'
import { redirectWithFlash } from '../forms/flash.ts'
import { noFields, type Repeat } from '../forms/form-handler.ts'
import { question } from '../forms/question.ts'
import { formRoute } from '../forms/run-form.ts'
import { called, expectedVersions } from '../kit/versions.tsx'
import { type Entered, errorOf, NOTHING_ENTERED, withoutValues } from '../kit/field.tsx'
import { Holders } from '../kit/holders.tsx'
import { mayManage, page } from '../kit/shell.tsx'
import { statusOfForm } from '../kit/form-status.ts'
import { deletionPage } from './deletion.tsx'
import { ApiFacts, apiForm } from './form.tsx'
import { parseApi } from './lines.ts'
import { listApis } from './list.tsx'

function newPage(c: ConsoleContext, entered: Entered = NOTHING_ENTERED) {
  return apiForm(c, entered)
}

async function apiPage(c: ConsoleContext, entered: Entered = NOTHING_ENTERED) {
  const api = await findApi(c.var.deps, pathId(c, 'api_id'))
  const { audience, permissions } = api
  const used = (
    <Holders
      base={c.var.base}
      counts={await c.var.deps.catalogue.holders({ audience })}
      clients={{ api: audience }}
      roles={{ api: audience }}
      permissions={permissions.map(({ permission }) => permission)}
    />
  )
  if (mayManage(c) && !api.isOwn) {
    const isAsked = entered.values.has(CONFIRM) || errorOf(entered, CONFIRM) !== undefined
    const users = isAsked ? await usersOf(c.var.deps, api.apiId) : undefined
    return apiForm(c, entered, api, { used, users })
  }
  return page(
    c,
    { title: api.name, section: 'apis', status: statusOfForm(entered) },
    <ApiFacts base={c.var.base} issuer={c.var.deps.issuer} api={api} used={used} />,
  )
}

const ONE = '/apis/:api_id'
const CONFIRM = 'confirm_audience_in_use'
const right = 'clients:manage'

const create = formRoute({
  path: '/apis',
  right,
  parse: (c) => parseApi(c.var.form),
  run: (c, request, input) => createApi(c.var.deps, request, input),
  ...apiChanged('api.created'),
  show: newPage,
})

const update = formRoute({
  path: ONE,
  right,
  parse: async (c) => parseApi(c.var.form, await findApi(c.var.deps, pathId(c, 'api_id'))),
  run: (c, request, input) => {
    const isAudienceConfirmed = c.var.form.has(CONFIRM)
    return updateApi(c.var.deps, { ...asSeen(c, request), isAudienceConfirmed }, input)
  },
  ...apiChanged('api.updated'),
  show: apiPage,
})

const remove = formRoute({
  path: `${ONE}/deletion`,
  right,
  parse: noFields,
  run: async (c, request) => {
    await deleteApi(c.var.deps, asSeen(c, request))
    return { id: pathId(c, 'api_id'), at: c.var.deps.now() }
  },
  done: flashDeleted,
  repeat: flashDeleted,
  show: async (c, entered) => {
    const api = await findApi(c.var.deps, pathId(c, 'api_id'))
    const users = await usersOf(c.var.deps, api.apiId)
    return deletionPage(c, api, users, withoutValues(entered))
  },
})

/** The answers of a form that adds or changes an API: to the first request, and to a repeat. */
function apiChanged(kind: FlashKind) {
  const flash = (c: ConsoleContext, { apiId: id, name }: Api, at: Seconds) =>
    redirectWithFlash(c, `/apis/${id}`, { kind, id, name, at })
  return {
    done: (c: ConsoleContext, api: Api) => flash(c, api, api.updatedAt),
    repeat: async (c: ConsoleContext, { id, at }: Repeat) =>
      flash(c, await findApi(c.var.deps, id), at),
  }
}

function flashDeleted(c: ConsoleContext, { id, at }: Repeat) {
  return redirectWithFlash(c, '/apis', { kind: 'api.deleted', id, name: called(c.var.form), at })
}

function asSeen(c: ConsoleContext, request: AdminRequest) {
  const apiId = pathId(c, 'api_id')
  return { ...request, apiId, expectedVersions: expectedVersions(c.var.form) }
}

export const apiRoutes: ConsoleRoute[] = [
  { method: 'GET', path: '/apis', right: 'clients:read', handle: listApis },
  { method: 'GET', path: '/apis/new', right, handle: (c) => newPage(c) },
  create,
  { method: 'GET', path: ONE, right: 'clients:read', handle: (c) => apiPage(c) },
  update,
  question(remove),
  remove,
]
