import type { Api, ApiPermission } from '../../domain/api.ts'
import { INTROSPECT, OWN_PERMISSIONS, type Permission } from '../../domain/permission.ts'

type MatrixProps = {
  apis: Api[]
  chosen: Permission[]
  /** The saved values, if they should be shown beside the chosen ones. */
  saved?: Permission[] | undefined
  name?: string
}

/** Permissions by API and group, each with a checkbox whose value is `audience permission`. */
export function AccessMatrix({ apis, chosen, saved, name = 'permissions' }: MatrixProps) {
  const held = new Set(chosen.map(valueOf))
  const now = saved && new Set(saved.map(valueOf))
  if (apis.length === 0) return <p class="faint">There is no API yet.</p>
  return (
    <>
      {apis.map(({ audience, name: apiName, permissions }) => (
        <fieldset>
          <legend>
            <bdi>{apiName}</bdi>
          </legend>
          <p class="hint mono">{audience}</p>
          {groupsOf(permissions).map(([group, members]) => (
            <div class="group" role={group ? 'group' : undefined} aria-label={group || undefined}>
              {group && (
                <p class="faint" aria-hidden="true">
                  <bdi>{group}</bdi>
                </p>
              )}
              {members.map((member) => {
                const value = valueOf({ audience, permission: member.permission })
                const checked = held.has(value)
                return <Box {...{ name, value, member, checked }} saved={now?.has(value)} />
              })}
            </div>
          ))}
        </fieldset>
      ))}
    </>
  )
}

type BoxProps = {
  name: string
  value: string
  member: ApiPermission
  checked: boolean
  saved: boolean | undefined
}

function Box({ name, value, member, checked, saved }: BoxProps) {
  return (
    <label class="choice">
      <input type="checkbox" name={name} value={value} checked={checked} />
      <span>
        <code>{member.permission}</code>
        {member.description && (
          <span class="hint">
            <bdi>{member.description}</bdi>
          </span>
        )}
        <SavedBox checked={checked} saved={saved} />
      </span>
    </label>
  )
}

/** The saved state of a checkbox, if it differs from the one chosen. */
export function SavedBox({ checked, saved }: { checked: boolean; saved: boolean | undefined }) {
  if (saved === undefined || saved === checked) return null
  return <span class="saved">Saved now: {saved ? 'ticked' : 'not ticked'}</span>
}

/** Groups in the order of the API, with ungrouped permissions first and those of every API last. */
function groupsOf(declared: ApiPermission[]): [string, ApiPermission[]][] {
  const groups = new Map<string, ApiPermission[]>([['', []]])
  for (const member of [...declared, ...introspectionBeside(declared)]) {
    const { group = '' } = member
    groups.set(group, [...(groups.get(group) ?? []), member])
  }
  return [...groups].filter(([, members]) => members.length > 0)
}

function introspectionBeside(declared: ApiPermission[]): ApiPermission[] {
  if (declared.some(({ permission }) => permission === INTROSPECT)) return []
  const description = OWN_PERMISSIONS[INTROSPECT].replace('every token', 'every token for this API')
  return [{ permission: INTROSPECT, description, group: 'For the API itself' }]
}

function valueOf({ audience, permission }: Permission): string {
  return `${audience} ${permission}`
}

/** The permissions chosen in a matrix. Neither an audience nor a permission contains a space. */
export function chosenPermissions(form: URLSearchParams, name = 'permissions'): Permission[] {
  return form.getAll(name).map((value) => {
    const [audience = '', permission = ''] = value.split(' ', 2)
    return { audience, permission }
  })
}
