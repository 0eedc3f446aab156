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
import { question } from '../forms/question.ts'
import { formRoute } from '../forms/run-form.ts'
import { Holders } from '../kit/holders.tsx'
import { everyPage } from '../kit/paging.ts'
import { chosenPermissions } from '../kit/access-matrix.tsx'
import { called, expectedVersions } from '../kit/versions.tsx'
import { type Entered, NOTHING_ENTERED, withoutValues } from '../kit/field.tsx'
import { mayManage, page } from '../kit/shell.tsx'
import { deletionPage } from './deletion.tsx'
import { RoleFacts, roleForm } from './form.tsx'
import { listRoles } from './list.tsx'

async function newPage(c: ConsoleContext, entered: Entered = NOTHING_ENTERED) {
  return roleForm(c, { apis: await everyPage(c.var.deps.apis) }, entered)
}

async function rolePage(c: ConsoleContext, entered: Entered = NOTHING_ENTERED) {
  const { base, deps } = c.var
  const role = await findRole(deps, pathId(c, 'role_id'))
  const counts = await deps.catalogue.holders(role)
  const used = <Holders base={base} counts={counts} clients={{ role: role.roleId }} />
  if (mayManage(c)) return roleForm(c, { role, apis: await everyPage(deps.apis), used }, entered)
  const facts = <RoleFacts base={base} role={role} used={used} />
  return page(c, { title: role.name, section: 'roles' }, facts)
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
  show: async (c, entered) => {
    const role = await findRole(c.var.deps, pathId(c, 'role_id'))
    const users = await c.var.deps.roles.inUse(role.roleId)
    return deletionPage(c, role, users, withoutValues(entered))
  },
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
  question(remove),
  remove,
]
