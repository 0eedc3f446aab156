import { DEAD, lossOf, OF_MACHINE, OF_PERSON } from './losses.ts'
import { changeAccess, newSecret, type Operation, revokeTokens, suspend } from './operations.ts'
import { type Pair, rulersOf, type Start } from './pair.ts'
import type { Isolate } from './isolate.ts'

// INV-16: a principal loses the right to administer while their requests are in progress. Either
// these came first, or they are refused.

/** The same by somebody else, who may lose the right to it. */
function by(who: string, operation: Operation, run: Operation['run']): Operation {
  return {
    name: `${operation.name} by ${who}`,
    run,
    effect: (state) =>
      state.refused === null ? operation.effect(state) : { status: state.refused },
  }
}

/** A machine with a token for `clients:manage` changes what there is to change. */
function machineChanges(start: Start): Operation[] {
  const { token } = rulersOf(start).machine
  const asMachine = (isolate: Isolate): Isolate => ({
    ...isolate,
    admin: (method, path, body, id) => isolate.admin(method, path, body, id, token.text),
  })
  return [newSecret(start.client), changeAccess(start.client, true)].map((one) =>
    by('machine', one, (isolate, id) => one.run(asMachine(isolate), id)),
  )
}

/** An administrator does so with forms of the console. */
function personChanges(start: Start): Operation[] {
  const { person } = rulersOf(start)
  const posting = (form: string) => (isolate: Isolate, id: string) =>
    isolate.console(`/clients/${start.client.id}/${form}`, person, id)
  return [
    by('person', asForm(revokeTokens(start.client)), posting('token-revocation')),
    by('person', asForm(suspend(start.client)), posting('suspension')),
  ]
}

/** A form that was done leads to another page. */
function asForm(operation: Operation): Operation {
  const effect: Operation['effect'] = (state) => ({ ...operation.effect(state), status: 303 })
  return { ...operation, effect }
}

/** A person who was removed has no session left to end. */
function signOut(start: Start): Operation {
  const { person } = rulersOf(start)
  return {
    name: 'sign out',
    run: (isolate, id) => isolate.console('/sign-out', person, id),
    effect: (state) => {
      if (state.refused !== null) return { status: 303 }
      return { status: 303, events: ['session.ended'], after: { ...state, refused: DEAD } }
    },
  }
}

/** Changes by a machine, and what takes the right to them away. */
export const MACHINE: Pair[] = OF_MACHINE.map((loss) => ({
  name: `a machine ${loss.how}`,
  starts: ['ruled'],
  operations: (start) => {
    const next = machineChanges(start)
    return [lossOf(loss, { start, takesFrom: rulersOf(start).machine.id, next }), ...next]
  },
}))

export const PERSON: Pair[] = OF_PERSON.map((loss) => ({
  name: `a person ${loss.how}`,
  starts: ['ruled'],
  operations: (start) => {
    const next = personChanges(start)
    const takesFrom = rulersOf(start).person.administratorId
    return [lossOf(loss, { start, takesFrom, next }), ...next]
  },
}))

export const SIGN_OUT: Pair[] = OF_PERSON.filter(({ how }) => how === 'removed').map((loss) => ({
  name: 'sign out and be removed',
  starts: ['ruled'],
  operations: (start) => {
    const takesFrom = rulersOf(start).person.administratorId
    return [lossOf(loss, { start, takesFrom, next: [signOut(start)] }), signOut(start)]
  },
}))
