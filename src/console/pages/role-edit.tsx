import { h } from '../html.ts'
import { deleteRole, findRole, updateRole } from '../../actions/change-role.ts'
import { createRole } from '../../actions/create-role.ts'
import { checked } from '../../web/checked.ts'
import { newRoleSchema } from '../../web/schemas.ts'
import { orAgain } from '../again.ts'
import { type ConsoleContext, type ConsoleRoute, consoleRequest, goTo, pathId } from '../door.ts'
import { everyPage } from '../paging.ts'
import { statusOfForm } from '../form-status.ts'
import { chosenPermissions } from '../parts/access-matrix.tsx'
import { expectedVersions } from '../parts/confirm.tsx'
import { type Entered, NOTHING_ENTERED } from '../parts/field.tsx'
import { mayManage, page } from '../shell.tsx'
import { RoleFacts, RoleForm } from '../roles/form.tsx'

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
  const work = async () => {
    const role = await createRole(c.var.deps, consoleRequest(c), readRole(c.var.form))
    return goTo(c, `/roles/${role.roleId}`, 'created')
  }
  return orAgain(c, work, (entered) => newPage(c, entered))
}

function update(c: ConsoleContext) {
  const work = async () => {
    const role = await updateRole(c.var.deps, roleRequest(c), readRole(c.var.form))
    return goTo(c, `/roles/${role.roleId}`, 'updated')
  }
  return orAgain(c, work, (entered) => rolePage(c, entered))
}

function remove(c: ConsoleContext) {
  const work = async () => {
    await deleteRole(c.var.deps, roleRequest(c))
    return goTo(c, '/roles', 'deleted')
  }
  return orAgain(c, work, (entered) => rolePage(c, entered))
}

function readRole(form: URLSearchParams) {
  const [name, description] = [form.get('name') ?? '', form.get('description') ?? '']
  return checked({ name, description, permissions: chosenPermissions(form) }, newRoleSchema)
}

function roleRequest(c: ConsoleContext) {
  const roleId = pathId(c, 'role_id')
  return { ...consoleRequest(c), roleId, expectedVersions: expectedVersions(c.var.form) }
}

const ONE = '/roles/:role_id'

export const roleEditRoutes: ConsoleRoute[] = [
  { method: 'GET', path: '/roles/new', right: 'clients:manage', handle: (c) => newPage(c) },
  { method: 'POST', path: '/roles', right: 'clients:manage', handle: create },
  { method: 'GET', path: ONE, right: 'clients:read', handle: (c) => rolePage(c) },
  { method: 'POST', path: ONE, right: 'clients:manage', handle: update },
  { method: 'POST', path: `${ONE}/deletion`, right: 'clients:manage', handle: remove },
]
