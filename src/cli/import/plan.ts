import { foreignIdProblem } from '../../domain/foreign-client.ts'
import { importedTextProblem, readPbkdf2 } from '../../domain/imported-secret.ts'
import { SCOPE_TOKEN } from '../../domain/permission.ts'

export type PlannedPermission = { permission: string; description?: string }
export type PlannedApi = { audience: string; name: string; permissions: PlannedPermission[] }
export type Held = { audience: string; permission: string }
export type PlannedRole = { name: string; description: string; permissions: Held[] }
export type PlannedSecret = { text: string } | { hash: string }

export type PlannedClient = {
  client_id: string
  client_name: string
  description: string
  access_token_lifetime?: number
  jwks_uri?: string
  /** By their names. */
  roles: string[]
  permissions: Held[]
  /** Null for a client that proves itself by a key. */
  secret: PlannedSecret | null
}

/** Something that cannot be brought along, or becomes something else. */
export type Note = { about: string; detail: string }

/** The result of reading an export of another server. */
export type Plan = {
  apis: PlannedApi[]
  roles: PlannedRole[]
  clients: PlannedClient[]
  /** Clients that are not imported, and why. */
  skipped: Note[]
  notes: Note[]
}

export function emptyPlan(): Plan {
  return { apis: [], roles: [], clients: [], skipped: [], notes: [] }
}

const AUDIENCE_MAX = 500
const NAME_MAX = 100

/** Notes a permission of an API, if both can be had here; whether they can. */
export function addPermission(
  plan: Plan,
  { audience, permission }: Held,
  description = '',
): boolean {
  const api = plan.apis.find((one) => one.audience === audience) ?? addApi(plan, audience)
  if (!api) return false
  if (api.permissions.some((one) => one.permission === permission)) return true
  if (!SCOPE_TOKEN.test(permission) || permission.length > NAME_MAX) {
    const detail = `"${permission}" is no scope value (RFC 6749 §3.3), and is left out`
    noteOnce(plan, { about: audience, detail })
    return false
  }
  api.permissions.push({
    permission,
    ...(description !== '' && { description: lineOf(description) }),
  })
  return true
}

export function addApi(plan: Plan, audience: string, name = audience): PlannedApi | null {
  if (!isAudience(audience)) {
    noteOnce(plan, {
      about: audience,
      detail:
        'cannot be an audience here, which is a name or an absolute URI in printable ASCII; it is left out',
    })
    return null
  }
  const api = { audience, name: lineOf(name).slice(0, NAME_MAX) || audience, permissions: [] }
  plan.apis.push(api)
  return api
}

/** As the server judges it; the server has the last word. */
function isAudience(text: string): boolean {
  const isText = /^[\x21-\x7e]+$/.test(text) && text.length <= AUDIENCE_MAX
  return isText && (!text.includes(':') || (URL.canParse(text) && !text.includes('#')))
}

/** The names of people's texts are one line here. */
export function lineOf(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}

export function noteOnce({ notes }: Plan, note: Note): void {
  if (!notes.some((one) => one.about === note.about && one.detail === note.detail)) notes.push(note)
}

/** Adds a client unless its id or its secret cannot be brought along. */
export function addClient(plan: Plan, client: PlannedClient): void {
  const problem = problemOf(client)
  if (problem === null) {
    const name = lineOf(client.client_name).slice(0, NAME_MAX) || client.client_id
    plan.clients.push({ ...client, client_name: name })
  } else plan.skipped.push({ about: client.client_id, detail: problem })
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

const LIFETIME_MIN = 60
const LIFETIME_MAX = 43_200

/** The lifetime that its tokens get here; undefined for the longest, which is the default. */
export function lifetimeOf(plan: Plan, about: string, seconds: number): number | undefined {
  const most = Math.min(Math.max(Math.floor(seconds), LIFETIME_MIN), LIFETIME_MAX)
  if (most !== seconds) {
    const detail = `its tokens last ${most} seconds here, and not ${seconds}: 60 to 43200 are allowed`
    noteOnce(plan, { about, detail })
  }
  return most === LIFETIME_MAX ? undefined : most
}
