import type { Names } from '../../../domain/catalogue.ts'
import type { Client } from '../../../domain/client.ts'

/** Names the roles of a client, and says how many permissions of which API it has beside them. */
export function accessInWords({ roles, permissions }: Client, names: Names): string {
  const ofRoles = roles.map(
    (id) => names.roles.find(({ roleId }) => roleId === id)?.name ?? 'another role',
  )
  const byApi = Map.groupBy(permissions, ({ audience }) => audience)
  const ofApis = [...byApi].map(([audience, held]) => {
    const name = names.apis.find((api) => api.audience === audience)?.name ?? audience
    return `${name} · ${held.length}`
  })
  return [...ofRoles, ...ofApis].join(', ') || '—'
}
