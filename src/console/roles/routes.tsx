import type { AdminRequest } from '../../actions/changes/commit-change.ts'
import { deleteRole, findRole, updateRole } from '../../actions/access/change-role.ts'
import { createRole } from '../../actions/access/create-role.ts'
import type { Role } from '../../domain/api.ts'
import type { Seconds } from '../../domain/time.ts'
import { checked } from '../../web/checked.ts'
import { keptRoleSchema, newRoleSchema } from '../../web/schemas.ts'
import { orAgain } from '../forms/again.ts'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../kit/console-env.ts'
import type { FlashKind } from '../forms/banners.ts'
import { tell } from '../forms/flash.ts'
import { type DoneBefore, doOnce } from '../forms/once.ts'
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

function create(c: ConsoleContext) {
  const once = () =>
    doOnce(c, {
      work: async (request) => {
        const role = await createRole(c.var.deps, request, readRole(c.var.form, newRoleSchema))
        return toRole(c, 'role.created', role, role.updatedAt)
      },
      before: async ({ id, at }) => toRole(c, 'role.created', await findRole(c.var.deps, id), at),
    })
  return orAgain(c, once, (entered) => newPage(c, entered))
}

function update(c: ConsoleContext) {
  const { deps, form } = c.var
  const once = () =>
    doOnce(c, {
      work: async (request) => {
        const role = await updateRole(deps, asSeen(c, request), readRole(form, keptRoleSchema))
        return toRole(c, 'role.updated', role, role.updatedAt)
      },
      before: async ({ id, at }) => toRole(c, 'role.updated', await findRole(deps, id), at),
    })
  return orAgain(c, once, (entered) => rolePage(c, entered))
}

function remove(c: ConsoleContext) {
  const { deps, form } = c.var
  const report = ({ id, at }: DoneBefore) =>
    tell(c, '/roles', { kind: 'role.deleted', id, name: called(form), at })
  const once = () =>
    doOnce(c, {
      work: async (request) => {
        await deleteRole(deps, asSeen(c, request))
        return report({ id: pathId(c, 'role_id'), at: deps.now() })
      },
      before: report,
    })
  return orAgain(c, once, (entered) => removeAgain(c, entered))
}

const removeAgain = (c: ConsoleContext, entered: Entered) => rolePage(c, withoutValues(entered))

function toRole(c: ConsoleContext, kind: FlashKind, { roleId: id, name }: Role, at: Seconds) {
  return tell(c, `/roles/${id}`, { kind, id, name, at })
}

function readRole(form: URLSearchParams, schema: typeof newRoleSchema | typeof keptRoleSchema) {
  const [name, description] = [form.get('name') ?? '', form.get('description') ?? '']
  return checked({ name, description, permissions: chosenPermissions(form) }, schema)
}

function asSeen(c: ConsoleContext, request: AdminRequest) {
  const roleId = pathId(c, 'role_id')
  return { ...request, roleId, expectedVersions: expectedVersions(c.var.form) }
}

const ONE = '/roles/:role_id'

export const roleRoutes: ConsoleRoute[] = [
  { method: 'GET', path: '/roles', right: 'clients:read', handle: listRoles },
  { method: 'GET', path: '/roles/new', right: 'clients:manage', handle: (c) => newPage(c) },
  { method: 'POST', path: '/roles', right: 'clients:manage', handle: create, again: newPage },
  { method: 'GET', path: ONE, right: 'clients:read', handle: (c) => rolePage(c) },
  { method: 'POST', path: ONE, right: 'clients:manage', handle: update, again: rolePage },
  {
    method: 'POST',
    path: `${ONE}/deletion`,
    right: 'clients:manage',
    handle: remove,
    again: removeAgain,
  },
]
