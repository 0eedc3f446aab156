import { clientIn, type State } from './expected.ts'

/** What is asked for by its path alone, and how it is answered. */
export const CHANGES = {
  suspend: { method: 'PUT', path: 'suspension', status: 200 },
  resume: { method: 'DELETE', path: 'suspension', status: 200 },
  delete: { method: 'DELETE', path: '', status: 204 },
  'revoke all': { method: 'DELETE', path: 'tokens', status: 200 },
} as const

export type ClientChange = keyof typeof CHANGES

/** What it comes to. */
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
