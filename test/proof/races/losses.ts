import type { Operation } from './operations.ts'
import { type Rulers, rulersOf, type Start } from './pair.ts'
import { ISSUER, type Isolate, type Reply } from './isolate.ts'

/** A way in which a principal loses the right to administer, and how they are refused then. */
export type Loss = {
  how: string
  ask: (isolate: Isolate, rulers: Rulers, requestId: string) => Promise<Reply>
  status: number
  events: string[]
  refused: typeof DEAD | typeof MAY_NOT
  /** The key that is revoked with it, for everybody. */
  kid?: (rulers: Rulers) => string
}

export const DEAD = 401
const MAY_NOT = 403
const ONLY_READS = [{ audience: ISSUER, permission: 'audit:read' }]

export const OF_MACHINE: Loss[] = [
  {
    how: 'suspended',
    ask: (isolate, { machine }, id) =>
      isolate.admin('PUT', `/clients/${machine.id}/suspension`, undefined, id),
    status: 200,
    events: ['client.suspended'],
    refused: DEAD,
  },
  {
    how: 'deleted',
    ask: (isolate, { machine }, id) =>
      isolate.admin('DELETE', `/clients/${machine.id}`, undefined, id),
    status: 204,
    events: ['client.deleted'],
    refused: DEAD,
  },
  {
    how: 'without permission',
    ask: (isolate, { machine }, id) => {
      const access = { roles: [], permissions: ONLY_READS }
      return isolate.admin('PUT', `/clients/${machine.id}/access`, access, id)
    },
    status: 200,
    events: ['client.access_changed'],
    refused: MAY_NOT,
  },
  {
    how: 'of an older generation',
    ask: (isolate, { machine }, id) =>
      isolate.admin('DELETE', `/clients/${machine.id}/tokens`, undefined, id),
    status: 200,
    events: ['client.tokens_revoked'],
    refused: DEAD,
  },
  {
    how: 'without its token',
    ask: (isolate, { machine }, id) =>
      isolate.form('/oauth/revoke', { token: machine.token.text }, machine, id),
    status: 200,
    events: ['token.revoked'],
    refused: DEAD,
  },
  {
    how: 'without its key',
    ask: (isolate, { machine }, id) =>
      isolate.admin('DELETE', `/signing-keys/${machine.token.kid}`, undefined, id),
    status: 204,
    // Another one is made first: it was the one that signs.
    events: ['signing_key.created', 'signing_key.revoked', 'signing_key.promoted'],
    refused: DEAD,
    kid: ({ machine }) => machine.token.kid,
  },
]

export const OF_PERSON: Loss[] = [
  {
    how: 'removed',
    ask: (isolate, { person }, id) =>
      isolate.admin('DELETE', `/administrators/${person.administratorId}`, undefined, id),
    status: 204,
    events: ['administrator.deleted'],
    refused: DEAD,
  },
  {
    how: 'demoted',
    ask: (isolate, { person }, id) =>
      isolate.admin('PATCH', `/administrators/${person.administratorId}`, { access: 'view' }, id),
    status: 200,
    events: ['administrator.updated'],
    refused: MAY_NOT,
  },
  {
    how: 'signed out',
    ask: (isolate, { person }, id) => isolate.console('/sign-out', person, id),
    status: 303,
    events: ['session.ended'],
    refused: DEAD,
  },
]

/**
 * The operation that takes the right away; as soon as it is answered, its former holder asks for
 * more.
 */
export function lossOf(
  { how, ask, status, events, refused, kid }: Loss,
  { start, takesFrom, next }: { start: Start; takesFrom: string; next: Operation[] },
): Operation {
  const rulers = rulersOf(start)
  const revoked = kid ? [kid(rulers)] : []
  return {
    name: how,
    takesFrom,
    run: (isolate, id) => ask(isolate, rulers, id),
    effect: (state) => {
      const after = { ...state, refused, revoked: [...state.revoked, ...revoked].sort() }
      return { status, events, after }
    },
    next: () => next,
  }
}
