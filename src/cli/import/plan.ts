import { isDeepStrictEqual } from 'node:util'
import { PERMISSIONS_MAX } from '../../domain/api.ts'
import { AUDIENCE_MAX, isAudience } from '../../domain/audience.ts'
import { NAME_MAX, TOKEN_LIFETIME_MAX, TOKEN_LIFETIME_MIN } from '../../domain/client-details.ts'
import { foreignIdProblem } from '../../domain/foreign-client.ts'
import { importedTextProblem, readPbkdf2 } from '../../domain/imported-secret.ts'
import { SCOPE_TOKEN } from '../../domain/permission.ts'
import { countedInWords } from '../../domain/count.ts'
import { type Noted, type Note, noteOnce } from './notes.ts'
import { descriptionOf, lineOf, nameOf } from './texts.ts'

export type PlannedPermission = { permission: string; description?: string }
export type PlannedApi = { audience: string; name: string; permissions: PlannedPermission[] }
export type HeldPermission = { audience: string; permission: string }
export type PlannedRole = { name: string; description: string; permissions: HeldPermission[] }
export type PlannedSecret = { text: string } | { hash: string }

export type PlannedClient = {
  client_id: string
  client_name: string
  description: string
  access_token_lifetime?: number
  jwks_uri?: string
  /** By their names. */
  roles: string[]
  permissions: HeldPermission[]
  /** Null for a client that proves itself by a key. */
  secret: PlannedSecret | null
}

/** The result of reading an export of another server. */
export type Plan = Noted & {
  apis: PlannedApi[]
  roles: PlannedRole[]
  clients: PlannedClient[]
  /** Clients that are not imported, and why. */
  skipped: Note[]
}

export function emptyPlan(): Plan {
  return { apis: [], roles: [], clients: [], skipped: [], notes: [] }
}

/** Notes a permission of an API, if both can be had here; whether they can. */
export function addPermission(
  plan: Plan,
  { audience, permission }: HeldPermission,
  description = '',
): boolean {
  const api = addApi(plan, audience)
  if (!api) return false
  if (api.permissions.some((one) => one.permission === permission)) return true
  const problem = problemOfPermission(permission, api)
  if (problem !== null) {
    noteOnce(plan, { about: audience, detail: `"${permission}" ${problem}, and is left out` })
    return false
  }
  const text = descriptionOf(plan, permission, lineOf(description))
  api.permissions.push({ permission, ...(text !== '' && { description: text }) })
  return true
}

function problemOfPermission(permission: string, { permissions }: PlannedApi): string | null {
  if (!SCOPE_TOKEN.test(permission)) return 'is not a scope value (RFC 6749 §3.3)'
  if (permission.length > NAME_MAX) return `has more than ${NAME_MAX} characters`
  if (permissions.length < PERMISSIONS_MAX) return null
  return `is one more than the ${PERMISSIONS_MAX} permissions that an API can have`
}

/** The API, noted once however often an export has it; null where it cannot be had here. */
export function addApi(plan: Plan, audience: string, name = audience): PlannedApi | null {
  const known = plan.apis.find((one) => one.audience === audience)
  if (known) return known
  if (!isAudience(audience) || audience.length > AUDIENCE_MAX) {
    noteOnce(plan, {
      about: audience,
      detail:
        'cannot be an audience here, which is a name or an absolute URI in printable ASCII; it is left out',
    })
    return null
  }
  const api = { audience, name: nameOf(plan, audience, name, audience), permissions: [] }
  plan.apis.push(api)
  return api
}

/** Whether two roles give the same, in whatever order. */
export function isSameAccess(some: HeldPermission[], others: HeldPermission[]): boolean {
  return JSON.stringify(keysOf(some)) === JSON.stringify(keysOf(others))
}

function keysOf(list: HeldPermission[]): string[] {
  return list.map(({ audience, permission }) => JSON.stringify([audience, permission])).toSorted()
}

/** Adds a client unless its id or its secret cannot be brought along, or its id is another's. */
export function addClient(plan: Plan, client: PlannedClient): void {
  const { client_id: id } = client
  const problem = problemOf(client)
  if (problem !== null) return void plan.skipped.push({ about: id, detail: problem })
  const planned = {
    ...client,
    client_name: nameOf(plan, id, client.client_name, id),
    description: descriptionOf(plan, id, client.description),
  }
  const first = plan.clients.find((one) => one.client_id === id)
  if (first === undefined) plan.clients.push(planned)
  else if (!isDeepStrictEqual(first, planned)) noteTwin(plan, id)
}

/** The server would say that the client is there already, as if this one were. */
function noteTwin(plan: Plan, id: string): void {
  const detail = 'another client with this client_id comes first in the export'
  if (!plan.skipped.some((one) => one.about === id && one.detail === detail)) {
    plan.skipped.push({ about: id, detail })
  }
}

function problemOf({ client_id: id, secret }: PlannedClient): string | null {
  const ofId = foreignIdProblem(id)
  if (ofId !== null) return `its client_id ${ofId}`
  if (secret === null) return null
  if ('text' in secret) {
    const ofText = importedTextProblem(secret.text)
    return ofText === null ? null : `its secret ${ofText}`
  }
  const read = readPbkdf2(secret.hash)
  return typeof read === 'string' ? `its secret ${read}` : null
}

/** The lifetime that its tokens get here; undefined for the longest, which is the default. */
export function lifetimeOf(plan: Plan, about: string, seconds: number): number | undefined {
  const most = Math.min(Math.max(Math.floor(seconds), TOKEN_LIFETIME_MIN), TOKEN_LIFETIME_MAX)
  if (most !== seconds) {
    const allowed = `${TOKEN_LIFETIME_MIN} to ${TOKEN_LIFETIME_MAX} are allowed`
    const detail = `its tokens last ${countedInWords(most, 'second')} here, and not ${seconds}: ${allowed}`
    noteOnce(plan, { about, detail })
  }
  return most === TOKEN_LIFETIME_MAX ? undefined : most
}
