import { API } from '../../world/names.ts'
import type { Isolate, Reply } from '../races/isolate.ts'
import type { State } from './possible.ts'
import type { Random } from './random.ts'
import type { Subject } from './world.ts'

/** A change that is asked for, and what is true once it is acknowledged. */
export type Change = {
  name: string
  ask: (isolate: Isolate) => Promise<Reply>
  after: (state: State) => State
}

export function changesOf({ client, token, roleId, visitor }: Subject) {
  const path = `/clients/${client.id}`
  const permissions = [{ audience: API, permission: 'invoices:read' }]
  const role = (held: object[]) => (isolate: Isolate) =>
    isolate.admin('PATCH', `/roles/${roleId}`, { permissions: held })
  return {
    suspend: {
      name: 'suspend',
      ask: (isolate) => isolate.admin('PUT', `${path}/suspension`),
      after: (state) => ({ ...state, suspended: true }),
    },
    resume: {
      name: 'resume',
      ask: (isolate) => isolate.admin('DELETE', `${path}/suspension`),
      after: (state) => ({ ...state, suspended: false }),
    },
    delete: {
      name: 'delete',
      ask: (isolate) => isolate.admin('DELETE', path),
      after: (state) => ({ ...state, deleted: true }),
    },
    revoke: {
      name: 'revoke',
      ask: (isolate) => isolate.form('/oauth/revoke', { token }, client),
      after: (state) => ({ ...state, revoked: true }),
    },
    form: {
      name: 'revoke the tokens by a form of the console',
      ask: (isolate) => isolate.console(`${path}/token-revocation`, visitor, 'f'.repeat(16)),
      after: (state) => ({ ...state, revoked: true }),
    },
    take: {
      name: 'take the permission from the role',
      ask: role([]),
      after: (state) => ({ ...state, permitted: false }),
    },
    give: {
      name: 'give the permission to the role',
      ask: role(permissions),
      after: (state) => ({ ...state, permitted: true }),
    },
  } satisfies Record<string, Change>
}

type Changes = ReturnType<typeof changesOf>

/** The next change: cut-offs and what undoes them by turns, and now and then what ends it all. */
export function nextChange(changes: Changes, { chance, oneOf }: Random, states: State[]): Change {
  if (chance(0.1)) return changes.delete
  if (chance(0.1)) return changes.revoke
  const maySuspend = states.some((state) => !state.suspended)
  const mayTake = states.some((state) => state.permitted)
  return oneOf([
    maySuspend ? changes.suspend : changes.resume,
    maySuspend ? changes.suspend : changes.resume,
    mayTake ? changes.take : changes.give,
  ])
}
