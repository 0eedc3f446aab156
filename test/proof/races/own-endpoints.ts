import { DEAD } from './losses.ts'
import { issue, type Operation, suspend, type Token } from './operations.ts'
import type { Pair, Start } from './pair.ts'
import type { Client } from './isolate.ts'

// INV-16: a client is cut off while it replaces its secret, or revokes a token.

/** A client replaces the secret that it authenticates with. */
function rotate(client: Client): Operation {
  return {
    name: 'rotate',
    run: (isolate, id) => isolate.form('/oauth/rotate', {}, client, id),
    effect: (state) => {
      if (state.isSuspended || state.refused !== null) return { status: DEAD }
      const after = { ...state, liveSecrets: state.liveSecrets + 1 }
      return { status: 201, events: ['secret.retired', 'secret.created'], after }
    },
  }
}

/** It revokes a token of its own. */
function revoke(client: Client, { text, jti }: Token): Operation {
  return {
    name: 'revoke',
    run: (isolate, id) => isolate.form('/oauth/revoke', { token: text }, client, id),
    effect: (state) => {
      if (state.isSuspended || state.refused !== null) return { status: DEAD }
      if (state.revoked.includes(jti)) return { status: 200 }
      const after = { ...state, revoked: [...state.revoked, jti].sort() }
      return { status: 200, events: ['token.revoked'], after }
    },
  }
}

function suspendOwn(client: Client, again: Operation): Operation {
  return { ...suspend(client), takesFrom: client.id, next: () => [again, issue(client)] }
}

/** The secret that the client authenticates with is deleted; others are left. */
function deleteSecret({ client }: Start, again: Operation): Operation {
  const path = `/clients/${client.id}/secrets/${client.secretId}`
  return {
    name: 'delete secret',
    takesFrom: client.id,
    run: (isolate, id) => isolate.admin('DELETE', path, undefined, id),
    effect: (state) => {
      const after = { ...state, liveSecrets: state.liveSecrets - 1, refused: DEAD }
      return { status: 204, events: ['secret.deleted'], after }
    },
    next: () => [again],
  }
}

/** Requests of a client for itself, and those that cut it off. */
export const CLIENT: Pair[] = [
  {
    name: 'rotate and suspend',
    starts: ['ruled'],
    operations: ({ client }) => [suspendOwn(client, rotate(client)), rotate(client)],
  },
  {
    name: 'rotate and delete the secret used',
    starts: ['ruled'],
    operations: (start) => [deleteSecret(start, rotate(start.client)), rotate(start.client)],
  },
  {
    name: 'revoke and suspend',
    starts: ['ruled'],
    operations: ({ client, tokens }) => {
      const asked = revoke(client, tokens[0])
      return [suspendOwn(client, asked), asked, asked]
    },
  },
]
