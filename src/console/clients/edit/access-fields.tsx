import type { Api, Role } from '../../../domain/api.ts'
import type { Permission } from '../../../domain/permission.ts'
import type { Deps } from '../../../domain/deps.ts'
import { everyPage } from '../../kit/paging.ts'
import { AccessMatrix, chosenPermissions, SavedBox } from '../../kit/access-matrix.tsx'
import { ChoiceProblem, type Entered, hasConflict, wasSent } from '../../kit/field.tsx'

/** All APIs and roles to choose from. */
type Choices = { apis: Api[]; roles: Role[] }

export type Given = { roles: string[]; permissions: Permission[] }

export async function readChoices(deps: Pick<Deps, 'apis' | 'roles'>): Promise<Choices> {
  const [apis, roles] = await Promise.all([everyPage(deps.apis), everyPage(deps.roles)])
  // Portcullis itself comes last: few clients need it.
  return { apis: apis.sort((a, b) => Number(a.isOwn) - Number(b.isOwn)), roles }
}

type AccessFieldsProps = { entered: Entered; choices: Choices; given: Given; base: string }

/** The fields for a client's access: roles and single permissions. */
export function AccessFields({ entered, choices, given, base }: AccessFieldsProps) {
  const { values } = entered
  const roles = wasSent(entered) ? values.getAll('roles') : given.roles
  const permissions = wasSent(entered) ? chosenPermissions(values) : given.permissions
  const saved = hasConflict(entered) ? given : undefined
  return (
    <>
      <ChoiceProblem entered={entered} name="roles" one="A chosen role" />
      <ChoiceProblem entered={entered} name="permissions" one="A chosen permission" />
      {choices.roles.length > 0 && (
        <RoleChoice roles={choices.roles} chosen={roles} saved={saved?.roles} />
      )}
      <fieldset>
        <legend>Permissions</legend>
        {choices.apis.every((api) => api.isOwn) && <NoApi base={base} />}
        <AccessMatrix
          apis={choices.apis}
          chosen={permissions}
          saved={saved?.permissions}
          roles={choices.roles.filter(({ roleId }) => roles.includes(roleId))}
        />
      </fieldset>
    </>
  )
}

/** Opens in a tab of its own, so that what is typed here is not lost. */
function NoApi({ base }: { base: string }) {
  return (
    <p class="hint">
      None of your APIs is known to Portcullis yet, so there is nothing to give access to. You can
      create this client now and give it access later.{' '}
      <a href={`${base}/apis/new`} target="_blank" rel="noopener">
        Add an API (new tab)
      </a>
    </p>
  )
}

type RoleChoiceProps = { roles: Role[]; chosen: string[]; saved: string[] | undefined }

function RoleChoice({ roles, chosen, saved }: RoleChoiceProps) {
  return (
    <fieldset id="roles">
      <legend>Roles</legend>
      {roles.map(({ roleId, name, description, permissions }) => (
        <label class="choice">
          <input type="checkbox" name="roles" value={roleId} checked={chosen.includes(roleId)} />
          <span>
            <bdi>{name}</bdi>
            <span class="hint">
              <bdi>{description || permissions.map((p) => p.permission).join(' ')}</bdi>
            </span>
            <SavedBox checked={chosen.includes(roleId)} saved={saved?.includes(roleId)} />
          </span>
        </label>
      ))}
    </fieldset>
  )
}
