import { type Client, DAY, PERMISSIONS, type PermissionName, type State } from './expected.ts'
import { ISSUER, type World } from './world.ts'

/** The comparable facts of D1 and of the model, in one order. */
export type Facts = {
  clients: object[]
  revoked: string[]
  revokedKeys: string[]
  /** The things that were made with a key, and when. */
  keys: string[]
  /** When the assertions that were used expire. */
  used: number[]
  events: string[]
}

/** The observer is not of the model. */
const OF_MODEL = "name LIKE 'model %'"

const CLIENTS = `SELECT client_id AS id, suspended_at IS NOT NULL AS suspended, generation,
    allow_self_rotation AS rotates,
    (SELECT json_group_array(coalesce(p.audience, '${ISSUER}') || ' ' || p.permission) FROM
      (SELECT a.audience, p.permission FROM portcullis_client_permissions cp
        JOIN portcullis_permissions p ON p.id = cp.permission_id
        JOIN portcullis_apis a ON a.api_id = p.api_id
        WHERE cp.client_id = c.client_id) p) AS permissions,
    (SELECT json_group_array(a.audience || ' ' || p.permission) FROM portcullis_client_roles cr
      JOIN portcullis_role_permissions rp ON rp.role_id = cr.role_id
      JOIN portcullis_permissions p ON p.id = rp.permission_id
      JOIN portcullis_apis a ON a.api_id = p.api_id WHERE cr.client_id = c.client_id) AS byRole,
    (SELECT json_group_array(json_array(s.secret_id, s.created_at,
        min(s.expires_at, coalesce(s.retires_at, s.expires_at))))
      FROM portcullis_secrets s WHERE s.client_id = c.client_id AND kind = 'secret') AS secrets,
    (SELECT json_group_array(s.secret_id) FROM portcullis_secrets s
      WHERE s.client_id = c.client_id AND kind = 'public_key') AS publicKeys
  FROM portcullis_clients c WHERE ${OF_MODEL}`

type ClientRow = {
  id: string
  suspended: number
  generation: number
  rotates: number
  permissions: string
  byRole: string
  secrets: string
  publicKeys: string
}

/** Past the server, of its tables. */
export function factsOfD1({ sqlite, clock }: World): Facts {
  const events = sqlite.rows<{ action: string }>(
    "SELECT action FROM portcullis_audit_events WHERE actor_type <> 'system' AND action NOT IN ('signing_key.created', 'signing_key.promoted') ORDER BY seq",
  )
  return {
    clients: byId(
      sqlite.rows<ClientRow>(CLIENTS).map((row) => ({
        id: row.id,
        suspended: row.suspended === 1,
        generation: row.generation,
        rotates: row.rotates === 1,
        permissions: (JSON.parse(row.permissions) as string[]).sort(),
        byRole: (JSON.parse(row.byRole) as string[]).sort(),
        secrets: current(JSON.parse(row.secrets) as Term[], clock.now),
        publicKeys: (JSON.parse(row.publicKeys) as string[]).sort(),
      })),
    ),
    revoked: sqlite
      .rows<{ jti: string }>(
        `SELECT jti FROM portcullis_revoked_tokens WHERE expires_at > ${clock.now}`,
      )
      .map(({ jti }) => jti),
    revokedKeys: sqlite
      .rows<{ kid: string }>('SELECT kid FROM portcullis_signing_keys WHERE revoked_at IS NOT NULL')
      .map(({ kid }) => kid)
      .sort(),
    keys: sqlite
      .rows<{ made: string; at: number }>(
        `SELECT target_id AS made, made_at AS at FROM portcullis_idempotency_records
          WHERE made_at > ${clock.now - DAY}`,
      )
      .map(({ made, at }) => `${made} ${at}`)
      .sort(),
    used: sqlite
      .rows<{ at: number }>('SELECT expires_at AS at FROM portcullis_used_assertions')
      .map(({ at }) => at)
      .filter((at) => isKept(at, clock.now))
      .sort((a, b) => a - b),
    events: events.map(({ action }) => action),
  }
}

export function factsOf(state: State, now: number): Facts {
  return {
    clients: byId(state.clients.map((client) => factsOfClient(client, now))),
    revoked: state.revoked,
    revokedKeys: [...state.revokedKeys].sort(),
    keys: state.keys
      .filter(({ at }) => at > now - DAY)
      .map(({ clientId, secretId, at }) => `${secretId ?? clientId} ${at}`)
      .sort(),
    used: state.used
      .map(({ expiresAt }) => expiresAt)
      .filter((at) => isKept(at, now))
      .sort((a, b) => a - b),
    events: state.events,
  }
}

function factsOfClient(client: Client, now: number) {
  const { id, suspended, generation, rotates, permissions, role, secrets, publicKeys } = client
  return {
    id,
    suspended,
    generation,
    rotates,
    permissions: textsOf(permissions),
    byRole: textsOf(role ?? []),
    secrets: current(
      secrets.map((secret): Term => [secret.id, secret.createdAt, secret.end]),
      now,
    ),
    publicKeys: publicKeys.map((key) => key.id).sort(),
  }
}

type Term = [id: string, createdAt: number, end: number]

function textsOf(names: PermissionName[]): string[] {
  const all = names.map((name) => PERMISSIONS[name])
  return all.map(({ audience, permission }) => `${audience} ${permission}`).sort()
}

/** The most that a clock is off. */
const SKEW = 300

/** Things that have ended, by any clock, may or may not be gone from the table. */
function current(terms: Term[], now: number): Term[] {
  return terms.filter(([, , end]) => end > now + SKEW).sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Whether the cron, by any clock, still keeps the use of an assertion that expires then. */
export function isKept(expiresAt: number, now: number): boolean {
  return expiresAt > now - SKEW
}

function byId<T extends { id: string }>(list: T[]): T[] {
  return list.sort((a, b) => (a.id < b.id ? -1 : 1))
}
