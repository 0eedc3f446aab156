import type { RunningWorker } from '../../support/node/harness.ts'
import { tokenOf } from '../token.ts'
import { APIS, DIRECT, ROLES } from './catalogue.ts'
import { CLIENTS, type Listed, SUSPENDED } from './clients.ts'

export type Acme = {
  /** The id of each client, by its name. */
  ids: Map<string, string>
  apiId: string
  roleId: string
}

/** Sixty clients with roles, secrets of any age, and tokens: what an administrator has to find their way in. */
export async function acmeIn(worker: RunningWorker): Promise<Acme> {
  const apiIds: string[] = []
  for (const api of APIS) apiIds.push(String((await worker.admin('POST', '/apis', api))['api_id']))
  const roles = new Map<string, string>()
  for (const role of ROLES) {
    roles.set(role.name, String((await worker.admin('POST', '/roles', role))['role_id']))
  }
  const ids = new Map<string, string>()
  for (const client of CLIENTS) ids.set(client[0], await create(worker, client, roles))
  for (const [name, reason] of Object.entries(SUSPENDED)) {
    await worker.admin('PUT', `/clients/${ids.get(name)}/suspension`, { reason })
  }
  await fetch(`${worker.issuer}/cdn-cgi/handler/scheduled`)
  return { ids, apiId: apiIds[0] ?? '', roleId: roles.get('Carrier integration') ?? '' }
}

const dayIn = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

async function create(worker: RunningWorker, client: Listed, roles: Map<string, string>) {
  const [name, description, access, days] = client
  const role = roles.get(access)
  const made = await worker.admin('POST', '/clients', {
    client_name: name,
    description,
    roles: role ? [role] : [],
    permissions: DIRECT[access] ?? [],
    secret: { expires_on: dayIn(days) },
  })
  const id = String(made['client_id'])
  // Two of three are in use.
  if (days % 3 !== 0) await tokenOf(worker.issuer, id, String(made['client_secret']))
  return id
}
