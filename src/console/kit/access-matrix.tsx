import type { Api, ApiPermission, Role } from '../../domain/api.ts'
import { INTROSPECT, OWN_PERMISSIONS, type Permission } from '../../domain/permission.ts'

type MatrixProps = {
  apis: Api[]
  chosen: Permission[]
  /** The saved values, if they should be shown beside the chosen ones. */
  saved?: Permission[] | undefined
  /** The roles that are held: what they give is marked. */
  roles?: Role[]
  name?: string
}

/** Permissions by API and group, each with a checkbox whose value is `audience permission`. */
export function AccessMatrix({
  apis,
  chosen,
  saved,
  roles = [],
  name = 'permissions',
}: MatrixProps) {
  if (apis.length === 0) return <p class="faint">There is no API yet.</p>
  const shared: Shared = {
    name,
    held: new Set(chosen.map(valueOf)),
    now: saved && new Set(saved.map(valueOf)),
    givers: giversOf(roles),
  }
  return (
    <div id={name}>
      {apis.map((api) => (
        <OneApi {...shared} api={api} isAlone={apis.length === 1} />
      ))}
    </div>
  )
}

type Shared = {
  name: string
  held: Set<string>
  now: Set<string> | undefined
  /** The names of the roles that give a permission, by its value. */
  givers: Map<string, string[]>
}

function giversOf(roles: Role[]): Map<string, string[]> {
  const givers = new Map<string, string[]>()
  for (const { name, permissions } of roles) {
    for (const value of permissions.map(valueOf)) {
      givers.set(value, [...(givers.get(value) ?? []), name])
    }
  }
  return givers
}

/** Open where something is chosen or differs from what is saved, and where it is the only one. */
function OneApi({ api, isAlone, ...shared }: Shared & { api: Api; isAlone: boolean }) {
  const { held, now, givers } = shared
  const members = [...api.permissions, ...introspectionBeside(api.permissions)]
  const values = members.map(({ permission }) => valueOf({ ...api, permission }))
  const given = values.filter((value) => held.has(value) || givers.has(value)).length
  const differs = values.some((value) => now !== undefined && now.has(value) !== held.has(value))
  return (
    <details class="api" open={given > 0 || differs || (isAlone && !api.isOwn)}>
      <summary>
        <bdi>{api.isOwn ? 'Administration of Portcullis' : api.name}</bdi>{' '}
        <span class="sub">
          {given} of {values.length}
        </span>
      </summary>
      {api.isOwn ? <OwnWarning /> : <p class="hint mono">{api.audience}</p>}
      {groupsOf(members).map(([group, ofGroup]) => (
        <div class="group" role={group ? 'group' : undefined} aria-label={group || undefined}>
          {group && (
            <p class="hint" aria-hidden="true">
              <bdi>{group}</bdi>
            </p>
          )}
          {ofGroup.map((member) => (
            <Box {...shared} member={member} value={valueOf({ ...api, ...member })} />
          ))}
        </div>
      ))}
    </details>
  )
}

function OwnWarning() {
  return (
    <p class="note">
      These permissions let a client administer Portcullis: read or change API clients, or
      introspect any token. Almost no client needs one.
    </p>
  )
}

type BoxProps = Shared & { value: string; member: ApiPermission }

function Box({ name, value, member, held, now, givers }: BoxProps) {
  const checked = held.has(value)
  const roles = givers.get(value) ?? []
  // A disabled box is not sent: what a role gives does not become the client's own by saving.
  const isByRole = !checked && roles.length > 0
  return (
    <label class="choice">
      <input
        type="checkbox"
        name={name}
        value={value}
        checked={checked || isByRole}
        disabled={isByRole}
      />
      <span>
        <code>{member.permission}</code>
        {roles.map((role) => (
          <span class="tag">from {role}</span>
        ))}
        {member.description && (
          <span class="hint">
            <bdi>{member.description}</bdi>
          </span>
        )}
        <SavedBox checked={checked} saved={now?.has(value)} />
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
function groupsOf(members: ApiPermission[]): [string, ApiPermission[]][] {
  const groups = new Map<string, ApiPermission[]>([['', []]])
  for (const member of members) {
    const { group = '' } = member
    groups.set(group, [...(groups.get(group) ?? []), member])
  }
  return [...groups].filter(([, ofGroup]) => ofGroup.length > 0)
}

function introspectionBeside(declared: ApiPermission[]): ApiPermission[] {
  if (declared.some(({ permission }) => permission === INTROSPECT)) return []
  const description = OWN_PERMISSIONS[INTROSPECT].replace('any token', 'any token for this API')
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
