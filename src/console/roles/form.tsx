import type { Api, Role } from '../../domain/api.ts'
import { NAME_MAX } from '../../domain/client-details.ts'
import { AccessMatrix, chosenPermissions } from '../kit/access-matrix.tsx'
import { Called, Confirm, Version, versionSeen } from '../kit/confirm.tsx'
import {
  type Entered,
  errorOf,
  Field,
  FieldProblem,
  FormToken,
  hasConflict,
  Problems,
} from '../kit/field.tsx'
import { SaveButtons } from '../kit/submit.tsx'
import { Table } from '../kit/table.tsx'

type RoleFormProps = {
  base: string
  formToken: string
  entered: Entered
  apis: Api[]
  role?: Role
}

/** The form for a role; without `role`, for a new one. */
export function RoleForm({ base, formToken, entered, apis, role }: RoleFormProps) {
  const error = errorOf(entered, 'permissions')
  // In a form that was sent, an empty choice is a choice, too.
  const isEntered = entered.values.has('name')
  const path = `${base}/roles${role ? `/${role.roleId}` : ''}`
  const chosen = isEntered ? chosenPermissions(entered.values) : (role?.permissions ?? [])
  return (
    <section class="card narrow">
      <h1>{role ? <bdi>{role.name}</bdi> : 'Create role'}</h1>
      <Problems entered={entered} />
      {role && (
        <p>
          A change holds for every API client with this role: for new tokens, and for introspection
          at once. An API that checks tokens by itself honours what an older one says until it
          expires.
        </p>
      )}
      <form method="post" action={path}>
        <FormToken token={formToken} />
        {role && <Version of={versionSeen(entered, role.version)} />}
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
          label="Description"
          entered={entered}
          value={role?.description ?? ''}
          rows={2}
        />
        <h2>Permissions</h2>
        {error && <FieldProblem id="permissions-error" detail={error} />}
        <AccessMatrix
          apis={apis}
          chosen={chosen}
          saved={hasConflict(entered) ? role?.permissions : undefined}
        />
        <div class="actions">
          <SaveButtons
            hasConflict={hasConflict(entered)}
            label={role ? 'Save' : 'Create role'}
            href={path}
          />
          <a href={`${base}/roles`}>Cancel</a>
        </div>
      </form>
      {role && <Deletion base={base} formToken={formToken} role={role} />}
    </section>
  )
}

function Deletion({ base, formToken, role }: { base: string; formToken: string; role: Role }) {
  return (
    <div class="actions">
      <Confirm
        id="delete-role"
        label="Delete role"
        title="Delete this role?"
        action={`${base}/roles/${role.roleId}/deletion`}
        formToken={formToken}
        version={role.version}
      >
        <Called name={role.name} />
        <p>
          <bdi>{role.name}</bdi> can go only while no API client has it.
        </p>
      </Confirm>
    </div>
  )
}

/** Shows a role to visitors who may not change it. */
export function RoleFacts({ role: { name, description, permissions } }: { role: Role }) {
  return (
    <>
      <h1>
        <bdi>{name}</bdi>
      </h1>
      <p>
        <bdi>{description}</bdi>
      </p>
      <Table label="Permissions" heads={['Permission', 'API']}>
        {permissions.map(({ permission, audience }) => (
          <tr>
            <td class="mono">{permission}</td>
            <td class="mono">{audience}</td>
          </tr>
        ))}
      </Table>
    </>
  )
}
