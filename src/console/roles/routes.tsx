import type { AdminRequest } from '../../actions/changes/commit-change.ts'
import { deleteRole, findRole, updateRole } from '../../actions/access/change-role.ts'
import { createRole } from '../../actions/access/create-role.ts'
import type { Role } from '../../domain/api.ts'
import type { Seconds } from '../../domain/time.ts'
import { parse } from '../../web/parse.ts'
import { keptRoleSchema, newRoleSchema } from '../../web/schemas.ts'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../kit/console-env.ts'
import type { FlashKind } from '../forms/banners.ts'
import { redirectWithFlash } from '../forms/flash.ts'
import { noFields, type Repeat } from '../forms/form-handler.ts'
import { formRoute } from '../forms/run-form.ts'
import { everyPage } from '../kit/paging.ts'
import { statusOfForm } from '../kit/form-status.ts'
import { chosenPermissions } from '../kit/access-matrix.tsx'
import { called, expectedVersions } from '../kit/confirm.tsx'
import { type Entered, NOTHING_ENTERED, withoutValues } from '../kit/field.tsx'
import { mayManage, page } from '../kit/shell.tsx'
import { RoleFacts, RoleForm } from './form.tsx'
import { listRoles } from './list.tsx'

async function newPage(c: ConsoleContext, entered: Entered = NOTHING_ENTERED) {
  const { base, formToken, deps } = c.var
  const apis = await everyPage(deps.apis)
  return page(
    c,
    { title: 'Create role', section: 'roles', status: statusOfForm(entered) },
    <RoleForm base={base} formToken={formToken} entered={entered} apis={apis} />,
  )
}

async function rolePage(c: ConsoleContext, entered: Entered = NOTHING_ENTERED) {
  const { base, formToken, deps } = c.var
  const role = await findRole(deps, pathId(c, 'role_id'))
  const options = { title: role.name, section: 'roles', status: statusOfForm(entered) } as const
  if (!mayManage(c)) return page(c, options, <RoleFacts role={role} />)
  const shared = { base, formToken, entered, role, apis: await everyPage(deps.apis) }
  return page(c, options, <RoleForm {...shared} />)
}

const ONE = '/roles/:role_id'
const right = 'clients:manage'

const create = formRoute({
  path: '/roles',
  right,
  parse: (c) => parseRole(c.var.form, newRoleSchema),
  run: (c, request, input) => createRole(c.var.deps, request, input),
  ...roleChanged('role.created'),
  show: newPage,
})

const update = formRoute({
  path: ONE,
  right,
  parse: (c) => parseRole(c.var.form, keptRoleSchema),
  run: (c, request, input) => updateRole(c.var.deps, asSeen(c, request), input),
  ...roleChanged('role.updated'),
  show: rolePage,
})

const remove = formRoute({
  path: `${ONE}/deletion`,
  right,
  parse: noFields,
  run: async (c, request) => {
    await deleteRole(c.var.deps, asSeen(c, request))
    return { id: pathId(c, 'role_id'), at: c.var.deps.now() }
  },
  done: flashDeleted,
  repeat: flashDeleted,
  show: (c, entered) => rolePage(c, withoutValues(entered)),
})

/** The answers of a form that adds or changes a role: to the first request, and to a repeat. */
function roleChanged(kind: FlashKind) {
  const flash = (c: ConsoleContext, { roleId: id, name }: Role, at: Seconds) =>
    redirectWithFlash(c, `/roles/${id}`, { kind, id, name, at })
  return {
    done: (c: ConsoleContext, role: Role) => flash(c, role, role.updatedAt),
    repeat: async (c: ConsoleContext, { id, at }: Repeat) =>
      flash(c, await findRole(c.var.deps, id), at),
  }
}

function flashDeleted(c: ConsoleContext, { id, at }: Repeat) {
  return redirectWithFlash(c, '/roles', { kind: 'role.deleted', id, name: called(c.var.form), at })
}

function parseRole(form: URLSearchParams, schema: typeof newRoleSchema | typeof keptRoleSchema) {
  const [name, description] = [form.get('name') ?? '', form.get('description') ?? '']
  return parse({ name, description, permissions: chosenPermissions(form) }, schema)
}

function asSeen(c: ConsoleContext, request: AdminRequest) {
  const roleId = pathId(c, 'role_id')
  return { ...request, roleId, expectedVersions: expectedVersions(c.var.form) }
}

export const roleRoutes: ConsoleRoute[] = [
  { method: 'GET', path: '/roles', right: 'clients:read', handle: listRoles },
  { method: 'GET', path: '/roles/new', right, handle: (c) => newPage(c) },
  create,
  { method: 'GET', path: ONE, right: 'clients:read', handle: (c) => rolePage(c) },
  update,
  remove,
]
