import type { Answer } from './isolate.ts'
import type { Effect, Operation, State } from './operations.ts'

/** A request that was answered, and between which steps of the race. */
export type Done = {
  operation: Operation
  requestId: string
  from: number
  to: number
  answer: Answer
}

/** `hasGates`: whether gates answer what they can. */
export type Seen = {
  initial: State
  done: Done[]
  events: string[]
  final: State
  hasGates: boolean
}

/**
 * Whether the requests could have been made one after the other: in an order in which each that was
 * answered before another began comes first, with these answers, these events in the audit log and
 * this end (linearizability).
 */
export function hasOrder({ initial, done, events, final, hasGates }: Seen): boolean {
  const follow = (state: State, left: Done[], written: number): boolean => {
    if (left.length === 0) return written === events.length && same(state, final)
    return left.some((one) => {
      const mustFollow = (other: Done) => !(hasGates && mayBeAhead(other, one))
      if (left.some((other) => other.to < one.from && mustFollow(other))) return false
      const { effect, halfway = effect } = one.operation
      const rest = left.filter((other) => other !== one)
      return [effect, halfway].some((how) => {
        const { events: own = [], after = state, ...due } = how(state)
        return (
          isAnswer(one, due) &&
          own.every((event, n) => events[written + n] === `${event} ${one.requestId}`) &&
          follow(after, rest, written + own.length)
        )
      })
    })
  }
  return follow(initial, done, 0)
}

/**
 * Whether D1's answer may be ahead of a gate, by a change that is not acknowledged yet: it is not an
 * acknowledgement itself, but a refusal or a token.
 */
function mayBeAhead({ operation, answer }: Done, one: Done): boolean {
  const isAcknowledgement = answer.status < 400 && !('access_token' in answer.body)
  return one.operation.asksGate === true && !operation.asksGate && !isAcknowledgement
}

function isAnswer({ answer }: Done, { status, isTrue }: Effect): boolean {
  return status === answer.status && isTrue?.(answer.body) !== false
}

const FIELDS = [
  'isSuspended',
  'generation',
  'scope',
  'liveSecrets',
  'publicKeys',
  'used',
  'revoked',
] as const

function same(a: State, b: State): boolean {
  if (a.isDeleted || b.isDeleted) return a.isDeleted && b.isDeleted
  return FIELDS.every((field) => String(a[field]) === String(b[field]))
}
