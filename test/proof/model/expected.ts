import { API, ISSUER } from './world.ts'

// What must hold, as a small machine: clients, secrets, tokens, access and time.

export const PERMISSIONS = {
  read: { audience: API, permission: 'invoices:read' },
  write: { audience: API, permission: 'invoices:write' },
  own: { audience: ISSUER, permission: 'clients:read' },
} as const
export type PermissionName = keyof typeof PERMISSIONS

export type Secret = {
  id: string
  /** Null where its one answer was lost. */
  text: string | null
  createdAt: number
  /** Its end, whichever comes first. */
  end: number
  /** Whether its end was brought forward, or at least said to be. */
  retiring: boolean
}

export type Client = {
  id: string
  name: string
  suspended: boolean
  generation: number
  permissions: PermissionName[]
  lifetime: number
  secrets: Secret[]
}

export type Token = {
  clientId: string
  text: string
  jti: string
  kid: string
  audience: string
  scopes: string[]
  generation: number
  exp: number
}

/** What D1 must say. */
export type State = {
  clients: Client[]
  /** The `jti` of tokens revoked one by one. */
  revoked: string[]
  revokedKeys: string[]
  /** Keys that a D1 which was taken back no longer knows. */
  lostKeys: string[]
  /** Clients of which it never heard, as little as KV that they are gone. */
  lostClients: string[]
  /** Of each committed change the action, in order; the server's own are left out. */
  events: string[]
}

export function nothing(): State {
  return { clients: [], revoked: [], revokedKeys: [], lostKeys: [], lostClients: [], events: [] }
}

export function copy(state: State): State {
  return structuredClone(state)
}

export function clientIn(state: State, id: string): Client | undefined {
  return state.clients.find((client) => client.id === id)
}

export function isLive({ createdAt, end }: Secret, now: number): boolean {
  return createdAt <= now && now < end
}

function granted(client: Client, audience: string): string[] {
  return client.permissions
    .map((name) => PERMISSIONS[name])
    .filter((permission) => permission.audience === audience)
    .map(({ permission }) => permission)
    .sort()
}

/** The audience and scope of a token that is asked for without a word; null where there is none. */
export function grantOf(client: Client): { audience: string; scopes: string[] } | null {
  for (const audience of [API, ISSUER]) {
    const scopes = granted(client, audience)
    if (scopes.length > 0) return { audience, scopes }
  }
  return null
}

/** What introspection must say of a token at `now`: its scope, or null where it is not active. */
export function scopeOf(state: State, token: Token, now: number): string | null {
  const client = clientIn(state, token.clientId)
  if (!client || client.suspended || now >= token.exp) return null
  if (client.generation !== token.generation) return null
  if (state.revoked.includes(token.jti)) return null
  if ([...state.revokedKeys, ...state.lostKeys].includes(token.kid)) return null
  const held = granted(client, token.audience)
  return token.scopes.filter((scope) => held.includes(scope)).join(' ') || null
}
