import { clientIn, type State } from './expected.ts'

/** Changes that are requested by their path alone, and how they are answered. */
export const CHANGES = {
  suspend: { method: 'PUT', path: 'suspension', status: 200 },
  resume: { method: 'DELETE', path: 'suspension', status: 200 },
  delete: { method: 'DELETE', path: '', status: 204 },
  'revoke all': { method: 'DELETE', path: 'tokens', status: 200 },
} as const

export type ClientChange = keyof typeof CHANGES

/** Applies the change to the model. */
export function applyTo(state: State, id: string, kind: ClientChange): void {
  const client = clientIn(state, id)
  if (!client) return
  if (kind === 'suspend' || kind === 'resume') {
    if (client.suspended === (kind === 'suspend')) return
    client.suspended = kind === 'suspend'
    state.events.push(kind === 'suspend' ? 'client.suspended' : 'client.resumed')
  } else if (kind === 'delete') {
    state.clients = state.clients.filter((one) => one !== client)
    state.events.push('client.deleted')
  } else {
    client.generation += 1
    state.events.push('client.tokens_revoked')
  }
}
