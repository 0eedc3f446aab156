import * as fc from 'fast-check'
import type { ClientKey } from '../../support/client-keys.ts'
import type { Operation, State, Token } from './operations.ts'
import type { Done } from './orders.ts'
import type { Visitor } from '../visitor.ts'
import type { Client, Isolate } from './isolate.ts'
import type { Hold } from './scheduler.ts'
import type { Conditions, Stored, World } from './world.ts'

/** Where a race begins: what is stored, and what is true of the client then. */
export type Start = {
  stored: Stored
  state: State
  client: Client & { secretId: string }
  caller: Client
  tokens: [Token, ...Token[]]
  /** The key of the client, if it has one. */
  signer?: Signer
  /** The other administrators, who may lose that right: if there are any. */
  rulers?: Rulers
}

export const FIRST_KEY = 'first'

export type Signer = { key: ClientKey; keyId: string; now: () => number }

export type Rulers = { machine: Client & { token: Token }; person: Visitor }

export function rulersOf({ rulers }: Start): Rulers {
  if (!rulers) throw new Error('nobody else administers here')
  return rulers
}

/** `unpublished`: suspended, and KV does not know; `due`: that and reminders to send; `cap`: four live secrets;
 * `ruled`: a machine and a person administer, and the client may rotate its secret; `keyed`: it has a public key. */
export type StartName = 'active' | 'suspended' | 'unpublished' | 'cap' | 'due' | 'ruled' | 'keyed'
export type Starts = Record<StartName, Start>

/** A race that is over; the isolates are at each location, outside the race. */
export type Run = { world: World; start: Start; done: Done[]; final: State; isolates: Isolate[] }

/** Two operations that race, from where; and conditions beyond those of every race. */
export type Pair = {
  name: string
  starts: [StartName, ...StartName[]]
  operations: (start: Start) => Operation[]
  /** At how many points an actor may be held up; a request has about two dozen. */
  points?: number
  /** At one of how many minutes it begins: with one, isolates remember what the race before showed them. */
  minutes?: number
  after?: (run: Run) => Promise<string[]>
}

export type Interleaving = Conditions & {
  scheduler: fc.Scheduler
  start: StartName
  hold: Hold | null
  isOneLocation: boolean
}

export const actorOf = ({ name }: Operation, index: number): string => `${name} (${index + 1})`

/**
 * Schedules by chance; in one of two an actor is held up on top while the others finish, as chance
 * alone hardly ever has it.
 */
export function interleavings(
  { starts, operations, points = 24, minutes = 501 }: Pair,
  made: Starts,
): fc.Arbitrary<Interleaving> {
  const names = operations(made[starts[0]]).map(actorOf)
  const hold = fc.record({
    actor: fc.constantFrom(...names),
    at: fc.integer({ min: 1, max: points }),
    isSlow: fc.boolean(),
  })
  return fc.record({
    scheduler: fc.scheduler(),
    start: fc.constantFrom(...starts),
    hold: fc.option(hold, { freq: 2 }),
    limitsWrites: fc.boolean(),
    isWarm: fc.integer({ min: 0, max: 7 }).map((one) => one > 0),
    minutes: fc.nat({ max: minutes - 1 }),
    isOneLocation: fc.boolean(),
  })
}
