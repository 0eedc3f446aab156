import { type Json, recordOf, recordsIn, textOf, textsIn } from './json.ts'
import { noteOnce } from './notes.ts'
import {
  addApi,
  addClient,
  addPermission,
  emptyPlan,
  type HeldPermission,
  lifetimeOf,
  type Plan,
} from './plan.ts'

const GRANT = 'client_credentials'

type Exported = { clients: Json[]; grants: Json[]; apis: Json[] }

/**
 * Reads answers of Auth0's Management API: of `/clients`, `/client-grants` and
 * `/resource-servers`, each a list, or a page with `include_totals`, or all in one object.
 */
export function planAuth0(exports: unknown[]): Plan {
  const plan = emptyPlan()
  const { clients, grants, apis } = sorted(exports)
  const ownApis = apis.filter((api) => api['is_system'] !== true)
  for (const api of ownApis) planApi(plan, api)
  for (const client of clients) {
    if (client['global'] === true) continue
    planClient(plan, client, grantsOf(client, grants, apis), ownApis)
  }
  return plan
}

function sorted(exports: unknown[]): Exported {
  const found: Exported = { clients: [], grants: [], apis: [] }
  for (const one of exports) {
    const named = recordOf(one)
    const rows = Array.isArray(one)
      ? recordsIn(one)
      : ['clients', 'client_grants', 'clientGrants', 'resource_servers', 'resourceServers'].flatMap(
          (name) => recordsIn(named[name]),
        )
    for (const row of rows) {
      if ('identifier' in row) found.apis.push(row)
      else if ('audience' in row && 'scope' in row) found.grants.push(row)
      else if ('client_id' in row) found.clients.push(row)
    }
  }
  return found
}

function planApi(plan: Plan, api: Json): void {
  const audience = textOf(api['identifier'])
  addApi(plan, audience, textOf(api['name']))
  for (const { value, description } of recordsIn(api['scopes'])) {
    addPermission(plan, { audience, permission: textOf(value) }, textOf(description))
  }
}

/** Without those for Auth0's own API. */
function grantsOf(client: Json, grants: Json[], apis: Json[]): Json[] {
  const isSystem = ({ audience }: Json) =>
    textOf(audience).endsWith('/api/v2/') ||
    apis.some((api) => api['identifier'] === audience && api['is_system'] === true)
  return grants.filter((one) => one['client_id'] === client['client_id'] && !isSystem(one))
}

function planClient(plan: Plan, client: Json, grants: Json[], apis: Json[]): void {
  const id = textOf(client['client_id'])
  const name = textOf(client['name'])
  const others = textsIn(client['grant_types']).filter((type) => type !== GRANT)
  const problem = whyNot(client)
  if (problem !== null) return void plan.skipped.push({ about: `${name} (${id})`, detail: problem })
  if (others.length > 0) {
    noteOnce(plan, { about: id, detail: `keeps only ${GRANT}, and not ${others.join(', ')}` })
  }
  const lifetime = shortest(grants, apis)
  const seconds = lifetime === null ? undefined : lifetimeOf(plan, id, lifetime)
  addClient(plan, {
    client_id: id,
    client_name: name,
    description: textOf(client['description']),
    ...(seconds !== undefined && { access_token_lifetime: seconds }),
    roles: [],
    permissions: grants.flatMap((grant) => permissionsOf(plan, grant)),
    secret: { text: textOf(client['client_secret']) },
  })
}

function whyNot(client: Json): string | null {
  if (!textsIn(client['grant_types']).includes(GRANT)) return `it has no grant ${GRANT}`
  if ('private_key_jwt' in recordOf(client['client_authentication_methods'])) {
    return 'it authenticates by a private key, which Auth0 shows only as an id: create it with portcullis keys add'
  }
  if (client['token_endpoint_auth_method'] === 'none') return 'it has no secret'
  if (textOf(client['client_secret']) === '') {
    return 'the export has no client_secret: export with the scope read:client_keys'
  }
  return null
}

function permissionsOf(plan: Plan, grant: Json): HeldPermission[] {
  const audience = textOf(grant['audience'])
  return textsIn(grant['scope']).flatMap((permission) => {
    const held = { audience, permission }
    return addPermission(plan, held) ? [held] : []
  })
}

/** A lifetime is the API's there and the client's here: the shortest of those that it uses. */
function shortest(grants: Json[], apis: Json[]): number | null {
  const used = apis.filter((api) => grants.some(({ audience }) => audience === api['identifier']))
  const lifetimes = used.map((api) => api['token_lifetime']).filter((n) => typeof n === 'number')
  return lifetimes.length === 0 ? null : Math.min(...lifetimes)
}
