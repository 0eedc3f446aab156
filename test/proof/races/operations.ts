import { decodeJwt, decodeProtectedHeader } from 'jose'
import { API, type Answer, type Client, type Json, type Isolate, type Reply } from './isolate.ts'

// The effect of one request, and the outcome that it must have while no other is in progress.

/** The state of the client that a race is about. */
export type State = {
  isSuspended: boolean
  isDeleted: boolean
  generation: number
  scope: string
  liveSecrets: number
  /** The names of its public keys. */
  publicKeys: string[]
  /** When the assertions that were used expire: each at a time of its own. */
  used: number[]
  /** The `jti` of its tokens and the `kid` of all keys that are revoked. */
  revoked: string[]
  /**
   * The status with which a principal who may lose their right in this race is refused; null while
   * they have it.
   */
  refused: number | null
}

export type Token = { text: string; jti: string; kid: string; generation: number; scope: string }

/**
 * The effect of a request in a state: its status, its events, what it leaves; whether its answer is
 * true.
 */
export type Effect = {
  status: number
  events?: string[]
  after?: State
  isTrue?: (body: Json) => boolean
}

export type Operation = {
  name: string
  run: (isolate: Isolate, requestId: string) => Promise<Reply>
  effect: (state: State) => Effect
  /** Another one that it may have, where it is refused halfway. */
  halfway?: (state: State) => Effect
  /** The principal whose right it takes away: nothing of theirs is in the log after it. */
  takesFrom?: string
  /** Whether a gate answers it, where there are gates. */
  asksGate?: boolean
  /** Operations that start elsewhere at the very moment of its answer. */
  next?: () => Operation[]
}

const ABSENT: Effect = { status: 404 }
const REFUSED: Effect = { status: 401 }
const READ = 'invoices:read'
const BOTH = 'invoices:read invoices:write'
const LIVE_SECRETS_MAX = 5

export const suspend = (client: Client): Operation => ({
  name: 'suspend',
  run: (isolate, id) => isolate.admin('PUT', `/clients/${client.id}/suspension`, undefined, id),
  effect: (state) => {
    if (state.isDeleted) return ABSENT
    if (state.isSuspended) return { status: 200 }
    return { status: 200, events: ['client.suspended'], after: { ...state, isSuspended: true } }
  },
})

export const resume = (client: Client): Operation => ({
  name: 'resume',
  run: (isolate, id) => isolate.admin('DELETE', `/clients/${client.id}/suspension`, undefined, id),
  effect: (state) => {
    if (state.isDeleted) return ABSENT
    if (!state.isSuspended) return { status: 200 }
    return { status: 200, events: ['client.resumed'], after: { ...state, isSuspended: false } }
  },
})

export const remove = (client: Client): Operation => ({
  name: 'delete',
  run: (isolate, id) => isolate.admin('DELETE', `/clients/${client.id}`, undefined, id),
  effect: (state) => {
    if (state.isDeleted) return ABSENT
    const after = { ...state, isDeleted: true, liveSecrets: 0, scope: '' }
    return { status: 204, events: ['client.deleted'], after }
  },
})

export const newSecret = (client: Client): Operation => ({
  name: 'new secret',
  run: (isolate, id) => isolate.admin('POST', `/clients/${client.id}/secrets`, {}, id),
  effect: (state) => {
    if (state.isDeleted) return ABSENT
    if (state.liveSecrets >= LIVE_SECRETS_MAX) return { status: 409 }
    const after = { ...state, liveSecrets: state.liveSecrets + 1 }
    return { status: 201, events: ['secret.created'], after }
  },
})

/** Takes a permission away, and where `apply` says so every token issued until then. */
export const changeAccess = (client: Client, apply: boolean): Operation => ({
  name: apply ? 'change access and tokens' : 'change access',
  run: (isolate, id) => {
    const permissions = [{ audience: API, permission: READ }]
    const body = { roles: [], permissions, apply_to_issued_tokens: apply }
    return isolate.admin('PUT', `/clients/${client.id}/access`, body, id)
  },
  effect: (state) => {
    if (state.isDeleted) return ABSENT
    if (!apply && state.scope === READ) return { status: 200 }
    const generation = state.generation + (apply ? 1 : 0)
    const after = { ...state, scope: READ, generation }
    return { status: 200, events: ['client.access_changed'], after }
  },
})

export const revokeTokens = (client: Client): Operation => ({
  name: 'revoke tokens',
  run: (isolate, id) => isolate.admin('DELETE', `/clients/${client.id}/tokens`, undefined, id),
  effect: (state) => {
    if (state.isDeleted) return ABSENT
    const after = { ...state, generation: state.generation + 1 }
    return { status: 200, events: ['client.tokens_revoked'], after }
  },
})

export const issue = (client: Client): Operation => ({
  name: 'issue',
  asksGate: true,
  run: (isolate) => isolate.token(client),
  effect: (state) => {
    if (state.isDeleted || state.isSuspended) return REFUSED
    return {
      status: 200,
      isTrue: (body) => {
        const { generation, scope } = tokenOf(body)
        return (
          body['scope'] === state.scope && scope === state.scope && generation === state.generation
        )
      },
    }
  },
})

export const introspect = (token: Token, caller: Client): Operation => ({
  name: 'introspect',
  asksGate: true,
  run: (isolate) => isolate.introspect(token.text, caller),
  effect: (state) => ({ status: 200, isTrue: (body) => saysTrue(body, token, state) }),
})

/** Whether introspection says of a token what must be said in this state. */
export function saysTrue(body: Json, token: Token, state: State): boolean {
  const isRevoked = state.revoked.includes(token.jti) || state.revoked.includes(token.kid)
  const isCutOff = state.isDeleted || state.isSuspended || isRevoked
  if (isCutOff || token.generation !== state.generation)
    return JSON.stringify(body) === '{"active":false}'
  const held = token.scope.split(' ').filter((one) => state.scope.split(' ').includes(one))
  return body['active'] === true && body['scope'] === held.join(' ')
}

export const cron: Operation = {
  name: 'cron',
  run: (isolate) => isolate.cron(),
  effect: () => ({ status: 200 }),
}

export function tokenOf(body: Answer['body']): Token {
  const text = String(body['access_token'])
  const { gen, scope, jti } = decodeJwt<{ gen: number; scope: string; jti: string }>(text)
  const { kid } = decodeProtectedHeader(text)
  return { text, jti, kid: String(kid), generation: gen, scope }
}

export { BOTH, READ }
