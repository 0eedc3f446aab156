import { usageFailure } from '../failure.ts'
import { jsonIn, type Json, recordOf, recordsIn, textOf, textsIn } from './json.ts'
import { noteOnce } from './notes.ts'
import {
  addClient,
  addPermission,
  emptyPlan,
  lifetimeOf,
  type Plan,
  type PlannedSecret,
} from './plan.ts'

const GRANT = 'client_credentials'
const UNITS: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 0.001 }

/** Scopes of OpenID Connect and of refresh tokens, which mean nothing to a machine. */
const OF_PEOPLE = new Set(['openid', 'offline', 'offline_access'])

/** The secrets or their hashes by client, and the audience of clients that have none. */
export type HydraExtras = { secrets: Map<string, string>; audience: string | undefined }

/** Reads what `hydra list oauth2-clients --format json` prints, or the admin API's list. */
export function planHydra(exports: unknown[], extras: HydraExtras): Plan {
  const plan = emptyPlan()
  for (const one of exports) {
    const rows = Array.isArray(one) ? one : recordOf(one)['items']
    for (const client of recordsIn(rows)) planClient(plan, client, extras)
    if (recordOf(one)['is_last_page'] === false) {
      noteOnce(plan, {
        about: 'the export',
        detail: 'is a page, and not the last one: more follow',
      })
    }
  }
  return plan
}

function planClient(plan: Plan, client: Json, { secrets, audience: given }: HydraExtras): void {
  const id = textOf(client['client_id'])
  const method = textOf(client['token_endpoint_auth_method'])
  const byKey = method === 'private_key_jwt'
  const sent = secrets.get(id) ?? textOf(client['client_secret'])
  const problem = whyNot(client, sent, byKey)
  if (problem !== null) return void plan.skipped.push({ about: id, detail: problem })
  const others = textsIn(client['grant_types']).filter((type) => type !== GRANT)
  if (others.length > 0) {
    noteOnce(plan, { about: id, detail: `keeps only ${GRANT}, and not ${others.join(', ')}` })
  }
  const lifespan = secondsIn(textOf(client['client_credentials_grant_access_token_lifespan']))
  const lifetime = lifespan === null ? undefined : lifetimeOf(plan, id, lifespan)
  addClient(plan, {
    client_id: id,
    client_name: textOf(client['client_name']),
    description: '',
    ...(lifetime !== undefined && { access_token_lifetime: lifetime }),
    ...(byKey && { jwks_uri: textOf(client['jwks_uri']) }),
    roles: [],
    permissions: permissionsOf(plan, client, given),
    secret: byKey ? null : secretOf(sent),
  })
}

function whyNot(client: Json, secret: string, byKey: boolean): string | null {
  if (!textsIn(client['grant_types']).includes(GRANT)) return `it has no grant ${GRANT}`
  if (client['token_endpoint_auth_method'] === 'none') return 'it has no secret'
  if (byKey) {
    if (textOf(client['jwks_uri']) !== '') return null
    return 'its public keys are only in Hydra: create it, and use portcullis keys add'
  }
  return secret === '' ? 'no secret was given for it: see --secrets' : null
}

function secretOf(text: string): PlannedSecret {
  return text.startsWith('$') ? { hash: text } : { text }
}

/** There scopes and audiences are unrelated: here each scope is a permission of each audience. */
function permissionsOf(plan: Plan, client: Json, given: string | undefined) {
  const id = textOf(client['client_id'])
  const own = textsIn(client['audience'])
  const audiences = own.length > 0 || given === undefined ? own : [given]
  const scopes = textOf(client['scope'])
    .split(' ')
    .filter((scope) => scope !== '' && !OF_PEOPLE.has(scope))
  if (scopes.length > 0 && audiences.length === 0) {
    noteOnce(plan, { about: id, detail: 'has scopes and no audience: give one by --audience' })
  }
  if (scopes.some((scope) => scope.includes('*'))) {
    noteOnce(plan, {
      about: id,
      detail: 'a * in a scope is a plain character here, and not a wildcard',
    })
  }
  return audiences.flatMap((audience) =>
    scopes.flatMap((permission) => {
      const held = { audience, permission }
      return addPermission(plan, held) ? [held] : []
    }),
  )
}

/** A duration of Go, such as `1h30m0s`. */
function secondsIn(text: string): number | null {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)]
  if (parts.length === 0) return null
  return parts.reduce((sum, [, n, unit = 's']) => sum + Number(n) * (UNITS[unit] ?? 0), 0)
}

/** `id,client_secret` a line, or JSON `[{"id", "client_secret"}]`. */
export function readSecrets(text: string, file: string): Map<string, string> {
  if (/^[[{]/.test(text)) {
    const rows = recordsIn(jsonIn(text, file))
    return new Map(
      rows.map((row) => [textOf(row['id'] ?? row['client_id']), textOf(row['client_secret'])]),
    )
  }
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  return new Map(
    lines.map((line, i) => {
      const at = line.indexOf(',')
      if (at < 1) throw usageFailure(`${file}: line ${i + 1} is not id,client_secret.`)
      return [bare(line.slice(0, at)), bare(line.slice(at + 1))] as const
    }),
  )
}

/** As CSV quotes a field (RFC 4180 §2). */
function bare(field: string): string {
  const trimmed = field.trim()
  const [, quoted] = /^"([^]*)"$/.exec(trimmed) ?? []
  return quoted === undefined ? trimmed : quoted.replaceAll('""', '"')
}
