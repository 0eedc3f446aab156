import type { Api, ApiPermission, Role } from '../../../domain/api.ts'
import type { Client } from '../../../domain/client.ts'
import { countedInWords } from '../../../domain/count.ts'

type AccessListProps = { client: Client; apis: Api[]; roles: Role[] }

/** A client's access by API: each permission, with the role that gives it. */
export function AccessList({ client, apis, roles }: AccessListProps) {
  if (client.access.length === 0) return <p>No permissions: this client can’t use any API.</p>
  const audiences = [...new Set(client.access.map(({ audience }) => audience))]
  return (
    <>
      {audiences.map((audience) => {
        const api = apis.find((one) => one.audience === audience)
        const held = client.access.filter((p) => p.audience === audience).map((p) => p.permission)
        const direct = client.permissions
          .filter((p) => p.audience === audience)
          .map((p) => p.permission)
        return <OneApi {...{ audience, api, held, direct, roles }} />
      })}
    </>
  )
}

/** `4 permissions on 1 API`. */
export function accessInWords({ access }: Client): string {
  const apis = new Set(access.map(({ audience }) => audience)).size
  const permissions = countedInWords(access.length, 'permission')
  return access.length === 0 ? 'none' : `${permissions} on ${countedInWords(apis, 'API')}`
}

type OneApiProps = {
  audience: string
  api: Api | undefined
  held: string[]
  /** Those that the client has without any role. */
  direct: string[]
  roles: Role[]
}

function OneApi({ audience, api, held, direct, roles }: OneApiProps) {
  const known = new Map(api?.permissions.map((one) => [one.permission, one]))
  return (
    <>
      <h3>
        <bdi>{api?.name ?? audience}</bdi> <span class="sub mono">{audience}</span>
      </h3>
      <ul class="permissions">
        {held.map((name) => (
          <Held
            name={name}
            known={known.get(name)}
            isDirect={direct.includes(name)}
            by={rolesGiving(roles, audience, name)}
          />
        ))}
      </ul>
    </>
  )
}

function rolesGiving(roles: Role[], audience: string, permission: string): string[] {
  return roles
    .filter(({ permissions }) =>
      permissions.some((one) => one.audience === audience && one.permission === permission),
    )
    .map(({ name }) => name)
}

type HeldProps = {
  name: string
  known: ApiPermission | undefined
  isDirect: boolean
  by: string[]
}

/** "direct" is said where a role gives it too: it stays when that role is taken away. */
function Held({ name, known, isDirect, by }: HeldProps) {
  return (
    <li>
      <code>{name}</code>
      <span class="sub">
        <bdi>{known?.description}</bdi>
      </span>
      <span>
        {by.map((role) => (
          <span class="tag" title={`From the role ${role}`}>
            {role}
          </span>
        ))}
        {isDirect && by.length > 0 && (
          <span class="tag" title="Also given without a role">
            direct
          </span>
        )}
      </span>
    </li>
  )
}
