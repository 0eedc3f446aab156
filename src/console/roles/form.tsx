import type { Child } from 'hono/jsx'
import type { Api, Role } from '../../domain/api.ts'
import { NAME_MAX } from '../../domain/client-details.ts'
import type { Permission } from '../../domain/permission.ts'
import { AccessMatrix, chosenPermissions } from '../kit/access-matrix.tsx'
import { quoted } from '../kit/as-command.tsx'
import type { ConsoleContext } from '../kit/console-env.ts'
import { DialogLink } from '../kit/dialog.tsx'
import { ChoiceProblem, type Entered, Field, hasConflict } from '../kit/field.tsx'
import { formPage } from '../kit/form-page.tsx'
import { PageHead } from '../kit/page-head.tsx'
import { type Column, Table } from '../kit/table.tsx'
import { versionSeen } from '../kit/versions.tsx'

/** `used`: who holds the role. */
type Shown = { apis: Api[]; role?: Role; used?: Child }

/** The form for a role; without `role`, for a new one. */
export function roleForm(c: ConsoleContext, { apis, role, used }: Shown, entered: Entered) {
  const list = `${c.var.base}/roles`
  return formPage(c, {
    title: role?.name ?? 'Create role',
    heading: role && <bdi>{role.name}</bdi>,
    about: role && ABOUT_CHANGES,
    section: 'roles',
    crumbs: [['Roles', list]],
    action: role ? `${list}/${role.roleId}` : list,
    version: role && versionSeen(entered, role.version),
    entered,
    label: role ? 'Save' : 'Create role',
    cancel: list,
    call: {
      method: role ? 'PATCH' : 'POST',
      path: role ? `/roles/${role.roleId}` : '/roles',
      body: bodyOf(role),
      command: commandFor(role),
      isExample: !role,
    },
    more: role && (
      <DialogLink href={`${list}/${role.roleId}/deletion`} kind="danger">
        Delete…
      </DialogLink>
    ),
    after: used,
    children: <Fields {...{ apis, role, entered }} />,
  })
}

const EXAMPLE = {
  name: 'Invoice reader',
  permissions: [{ audience: 'https://api.example.com', permission: 'invoices:read' }],
}

function bodyOf(role: Role | undefined) {
  return role ? { name: role.name, permissions: role.permissions } : EXAMPLE
}

function commandFor(role: Role | undefined): string {
  if (role) return `roles edit ${role.roleId} --name ${quoted(role.name)}`
  const permissions = EXAMPLE.permissions.map(
    ({ audience, permission }) => `--permission ${audience}=${permission}`,
  )
  return [`roles create ${quoted(EXAMPLE.name)}`, ...permissions].join(' ')
}

const ABOUT_CHANGES =
  'A change applies to every API client with this role: to new tokens, and to introspection at once. An API that verifies tokens itself goes by what an older token says until that expires.'

type FieldsProps = { apis: Api[]; role: Role | undefined; entered: Entered }

function Fields({ apis, role, entered }: FieldsProps) {
  // In a form that was sent, an empty choice is a choice, too.
  const isEntered = entered.values.has('name')
  const chosen = isEntered ? chosenPermissions(entered.values) : (role?.permissions ?? [])
  return (
    <>
      <Field
        name="name"
        label="Name"
        entered={entered}
        value={role?.name ?? ''}
        maxlength={NAME_MAX}
        required
      />
      <Field
        name="description"
        label="Description (optional)"
        entered={entered}
        value={role?.description ?? ''}
        rows={2}
      />
      <fieldset>
        <legend>Permissions</legend>
        <ChoiceProblem entered={entered} name="permissions" one="A chosen permission" />
        <AccessMatrix
          apis={apis}
          chosen={chosen}
          saved={hasConflict(entered) ? role?.permissions : undefined}
        />
      </fieldset>
    </>
  )
}

/** Shows a role to visitors who may not change it. */
export function RoleFacts({ base, role, used }: { base: string; role: Role; used: Child }) {
  const { name, description, permissions } = role
  return (
    <>
      <PageHead
        title={<bdi>{name}</bdi>}
        crumbs={[['Roles', `${base}/roles`]]}
        about={description && <bdi>{description}</bdi>}
      />
      <section class="card">
        <Table label="Permissions" columns={COLUMNS} rows={permissions} />
      </section>
      {used}
    </>
  )
}

const COLUMNS: Column<Permission>[] = [
  { head: 'Permission', cell: ({ permission }) => <code>{permission}</code> },
  { head: 'API', cell: ({ audience }) => <code>{audience}</code> },
]
