import type { Visitor } from '../visitor.ts'
import { API, ISSUER } from './world.ts'

// The required behaviour, as a small machine: clients, secrets, tokens, access and time.

export const PERMISSIONS = {
  read: { audience: API, permission: 'invoices:read' },
  write: { audience: API, permission: 'invoices:write' },
  own: { audience: ISSUER, permission: 'clients:read' },
  manage: { audience: ISSUER, permission: 'clients:manage' },
} as const
export type PermissionName = keyof typeof PERMISSIONS

export const DAY = 86_400
const LIVE_MAX = 5

export type Secret = {
  id: string
  /** Null where its one answer was lost. */
  text: string | null
  createdAt: number
  /** The end that it was given. */
  expires: number
  /** Its end, whichever comes first. */
  end: number
  /** Whether its end was brought forward, or at least said to be. */
  retiring: boolean
}

/** A public key of a client: its id here, and which pair of the test it is of. */
export type PublicKey = { id: string; pair: number }

/** A use of an assertion: whose and of which `jti`, and when the assertion expires. */
export type UsedAssertion = { name: string; expiresAt: number }

export type Client = {
  id: string
  name: string
  suspended: boolean
  generation: number
  permissions: PermissionName[]
  /** Those that it has by the role; null where it does not hold it. */
  role: PermissionName[] | null
  lifetime: number
  /** Whether it may replace the secret that it uses. */
  rotates: boolean
  secrets: Secret[]
  publicKeys: PublicKey[]
}

/** Records that an `Idempotency-Key` was used, for which request, and what that made. */
export type KeyUse = {
  key: string
  request: string
  clientId: string
  /** Null where it made the client. */
  secretId: string | null
  at: number
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

/** An administrator who is signed in to the console: until when, and after how many restores of D1. */
export type Person = {
  id: string
  /** Null where they were removed. */
  access: 'manage' | 'view' | null
  session: { visitor: Visitor; until: number; rewinds: number } | null
}

/** The state that D1 must have. */
export type State = {
  clients: Client[]
  /** The `jti` of tokens revoked one by one. */
  revoked: string[]
  revokedKeys: string[]
  /** Keys that a D1 which was taken back no longer knows. */
  lostKeys: string[]
  /** Clients of which it never heard, as little as KV that they are gone. */
  lostClients: string[]
  /** The last use of each key. */
  keys: KeyUse[]
  /** The assertions that were used up, in order. */
  used: UsedAssertion[]
  person: Person
  /** The permissions of the one role; null where there is none. */
  role: PermissionName[] | null
  /** The action of each committed change, in order; the server's own are left out. */
  events: string[]
}

export function nothing(): State {
  const lost = { lostKeys: [], lostClients: [] }
  const person = { id: '', access: null, session: null }
  return {
    clients: [],
    revoked: [],
    revokedKeys: [],
    ...lost,
    keys: [],
    used: [],
    person,
    role: null,
    events: [],
  }
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

/** A retired secret that has ended is gone, by the reader's clock. */
export function visible(secrets: Secret[], now: number): Secret[] {
  return secrets.filter(({ retiring, end }) => !retiring || end > now)
}

export function isFull(secrets: Secret[], now: number): boolean {
  return secrets.filter((secret) => isLive(secret, now)).length >= LIVE_MAX
}

/** With its end so many seconds away, unless it comes sooner. */
export function retired(secret: Secret, now: number, seconds: number): Secret {
  return { ...secret, retiring: true, end: Math.min(now + seconds, secret.end) }
}

/**
 * There is an event for each secret whose end was moved: for one that was retired to the same end
 * there is none.
 */
export function retirements(before: Secret[], after: Secret[]): string[] {
  const moved = after.filter((secret, n) => {
    const old = before[n]
    return old?.retiring !== secret.retiring || old.end !== secret.end
  })
  return moved.map(() => 'secret.retired')
}

/** The end of the day that is so many days away. */
export function endAfter(now: number, days: number): number {
  return (Math.floor(now / DAY) + days + 1) * DAY - 1
}

/** The known use of a key: for a day. */
export function useOf({ keys }: State, key: string, now: number): KeyUse | undefined {
  return keys.find((use) => use.key === key && use.at > now - DAY)
}

function granted(client: Client, audience: string): string[] {
  return [...new Set([...client.permissions, ...(client.role ?? [])])]
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

/** The scope that introspection must report for a token at `now`, or null if it is not active. */
export function scopeOf(state: State, token: Token, now: number): string | null {
  const client = clientIn(state, token.clientId)
  if (!client || client.suspended || now >= token.exp) return null
  if (client.generation !== token.generation) return null
  if (state.revoked.includes(token.jti)) return null
  if ([...state.revokedKeys, ...state.lostKeys].includes(token.kid)) return null
  const held = granted(client, token.audience)
  return token.scopes.filter((scope) => held.includes(scope)).join(' ') || null
}
