import type { Api, ApiPermission, Role } from '../../../domain/api.ts'
import type { Client } from '../../../domain/client.ts'

type AccessListProps = { client: Client; apis: Api[]; roles: Role[] }

/** A client's access by API, both from roles and direct. */
export function AccessList({ client, apis, roles }: AccessListProps) {
  if (client.access.length === 0) return <p>It may do nothing: it has no permission.</p>
  const audiences = [...new Set(client.access.map(({ audience }) => audience))]
  return (
    <>
      {roles.length > 0 && (
        <p>
          {roles.length === 1 ? 'By its role ' : 'By its roles '}
          {roles.map(({ name }, i) => (
            <>
              {i > 0 && ', '}
              <bdi>{name}</bdi>
            </>
          ))}
          {client.permissions.length > 0 && ' and directly'}:
        </p>
      )}
      {audiences.map((audience) => {
        const api = apis.find((one) => one.audience === audience)
        const held = client.access.filter((p) => p.audience === audience).map((p) => p.permission)
        return <OneApi audience={audience} api={api} held={held} />
      })}
    </>
  )
}

function OneApi(props: { audience: string; api: Api | undefined; held: string[] }) {
  const { audience, api, held } = props
  const known = new Map(api?.permissions.map((one) => [one.permission, one]))
  const groups = Map.groupBy(held, (name) => known.get(name)?.group ?? '')
  return (
    <>
      <h3>
        <bdi>{api?.name ?? audience}</bdi>
      </h3>
      <p class="hint mono">{audience}</p>
      {[...groups].map(([group, names]) => (
        <>
          {group && (
            <p class="faint">
              <bdi>{group}</bdi>
            </p>
          )}
          <ul>
            {names.map((name) => (
              <Held name={name} known={known.get(name)} />
            ))}
          </ul>
        </>
      ))}
    </>
  )
}

function Held({ name, known }: { name: string; known: ApiPermission | undefined }) {
  return (
    <li>
      <code>{name}</code>
      {known?.description && (
        <span class="faint">
          {' '}
          <bdi>{known.description}</bdi>
        </span>
      )}
    </li>
  )
}
