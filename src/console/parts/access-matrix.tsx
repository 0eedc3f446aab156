import { Fragment, h } from '../html.ts'
import type { Api, ApiPermission } from '../../domain/api.ts'
import { INTROSPECT, OWN_PERMISSIONS, type Permission } from '../../domain/permission.ts'

type MatrixProps = { apis: Api[]; chosen: Permission[]; name?: string }

/** What may be given, by API and group: a box for each permission, with `audience permission` behind it. */
export function AccessMatrix({ apis, chosen, name = 'permissions' }: MatrixProps) {
  const held = new Set(chosen.map(valueOf))
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
                return <Box name={name} value={value} member={member} checked={held.has(value)} />
              })}
            </div>
          ))}
        </fieldset>
      ))}
    </>
  )
}

type BoxProps = { name: string; value: string; member: ApiPermission; checked: boolean }

function Box({ name, value, member, checked }: BoxProps) {
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
      </span>
    </label>
  )
}

/** By group in the order of the API; those of none first, and last what every API has. */
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

/** What was chosen in a matrix: neither an audience nor a permission has a space. */
export function chosenPermissions(form: URLSearchParams, name = 'permissions'): Permission[] {
  return form.getAll(name).map((value) => {
    const [audience = '', permission = ''] = value.split(' ', 2)
    return { audience, permission }
  })
}
