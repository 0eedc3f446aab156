import { type Rights, startRights } from './asking.ts'
import type { Keyed } from './creation.ts'
import {
  type Doubt,
  type Heard,
  hear,
  noteDoubt,
  requireTrue,
  settle,
  type Told,
} from './doubts.ts'
import type { OneFault } from './faults.ts'
import type { Assertion, Held } from './assertions.ts'
import { clientIn, copy, nothing, type State, type Token, type UsedAssertion } from './expected.ts'
import { type Facts, factsOf, factsOfD1 } from './facts.ts'
import { type Lists, startLists } from './list-copies.ts'
import { appoint } from './people.ts'
import { makeRole } from './make-role.ts'
import { require } from './violation.ts'
import {
  API,
  admin,
  type Answer,
  type Credentials,
  type Json,
  type Location,
  LOCATIONS,
  type Make,
  makeWorld,
  must,
  type World,
} from './world.ts'
import type { Snapshot } from '../../doubles/node/sqlite-d1.ts'

export type Credential = { clientId: string; name: string; secretId: string; text: string }

/** One history: the real server, the model beside it, and what both were told. */
export type Run = {
  make: Make
  world: World
  state: State
  observer: Credentials
  tokens: Token[]
  /** Every secret there ever was, also of what is gone: what is tried must fail then. */
  credentials: Credential[]
  /** Every public key that a client ever had. */
  held: Held[]
  /** Every assertion that was made: it may be sent again. */
  assertions: Assertion[]
  /** Every request that went with a key: it may be sent again. */
  keyed: Keyed[]
  snapshots: { of: Snapshot; state: State }[]
  steps: number
  names: number
  /** Whether a mail may have been lost or doubted. */
  mailFailed: boolean
  /** How many answers were an error on our side. */
  inDoubt: number
  rewinds: number
  rights: Rights
  lists: Lists
  /** Where there are gates: a role, and the states that one may still know. */
  roleId: string | null
  doubts: Doubt[]
}

export { require }

const OPEN_LIST = `INSERT INTO portcullis_status_lists (list_id, multiplier, shift, opened_at)
  VALUES ('first', 13, 7, 0)`

/** The server with one API and a client that may ask about every token. */
export async function startRun(make: Make): Promise<Run> {
  const world = makeWorld(make)
  const { oracle } = world
  // As the cron opens it in its first run.
  world.sqlite.rows(OPEN_LIST)
  const permissions = ['invoices:read', 'invoices:write'].map((permission) => ({ permission }))
  await must(admin(world, oracle, 'POST', '/apis', { audience: API, name: 'Billing', permissions }))
  const made = await must(
    admin(world, oracle, 'POST', '/clients', {
      client_name: 'observer',
      secret: { expires_on: '2029-10-01', remind: false },
      permissions: [{ audience: API, permission: 'tokens:introspect' }, ...ofIssuer()],
    }),
  )
  // So that its secret is valid where the clock is late, too.
  world.clock.now += 301
  const observer = { id: String(made['client_id']), secret: String(made['client_secret']) }
  const person = await appoint(world, 0)
  const roleId = world.gates && (await makeRole(world))
  const role: State['role'] = roleId ? ['read'] : null
  const state = { ...nothing(), person, role, events: factsOfD1(world).events }
  const rest = { tokens: [], keyed: [], snapshots: [], steps: 0, names: 0 }
  const proofs = { credentials: [], held: [], assertions: [] }
  return {
    make,
    world,
    state,
    observer,
    ...rest,
    ...proofs,
    ...QUIET,
    roleId,
    doubts: [],
    rights: startRights(),
    lists: startLists(),
  }
}

const QUIET = { mailFailed: false, inDoubt: 0, rewinds: 0 }

const ofIssuer = () => [{ audience: 'https://auth.example', permission: 'tokens:introspect' }]

/** The answer that a change must give, and the state after it. */
export type Outcome = {
  status: number
  next: (body: Json, state: State) => void
  /** A further condition on the answer. */
  says?: (answer: Answer) => boolean
  /** The assertion that is used up with it, also where it is refused for another reason. */
  uses?: UsedAssertion | null
  /** The clients of which the answer speaks: gates must know what it says, from then on. */
  tells?: Told
  /** The promise that another answer breaks. */
  breaks?: number
}

/** The expectation that nothing changes, and the answer's reason. */
export function refusal(
  status: number,
  says: (answer: Answer) => boolean,
  breaks: number = TRUTHFUL,
): Outcome {
  return { status, next: () => {}, says, breaks }
}

/** Every answer to a change is to be true. */
const TRUTHFUL = 8

/**
 * Makes one change under a fault; afterwards all of it holds, or, without an answer, nothing or all.
 * What is `due` may be known only then. Whether it was answered.
 */
export async function change(
  run: Run,
  fault: OneFault | null,
  ask: () => Promise<Answer>,
  due: Outcome | ((answer: Answer) => Outcome),
  recovered: () => Json = () => ({}),
): Promise<boolean> {
  const { faults, gates } = run.world
  const mayFail = fault !== null || faults.any
  const heard: Heard[] = []
  run.world.atAnswer = gates && (() => hear(run, heard))
  faults.next(fault)
  const answer = await ask()
  faults.next(null)
  const outcome = typeof due === 'function' ? due(answer) : due
  if (answer.status === outcome.status) {
    require(8, outcome.says?.(answer) ?? true, () => `${answer.status} says ${answer.text}`)
    if (outcome.uses) run.state.used.push(outcome.uses)
    if (answer.status < 400) outcome.next(answer.body, run.state)
    requireFacts(run, 8, `after ${answer.status}`)
    if (outcome.tells) {
      settle(run, outcome.tells)
      for (const one of heard) requireTrue(run, one)
    }
    return true
  }
  const expected = mayFail ? [503] : []
  require(outcome.breaks ?? TRUTHFUL, expected.includes(answer.status), () =>
    `${answer.status} where ${outcome.status} was due: ${answer.text}`)
  run.inDoubt += 1
  adopt(run, outcome, recovered)
  return false
}

/**
 * All old or all new: whichever it is, the model goes on from there. An assertion may be used up
 * before anything else is done.
 */
function adopt(run: Run, outcome: Outcome, recovered: () => Json): void {
  if (isFound(run)) return
  if (outcome.uses) {
    run.state.used.push(outcome.uses)
    if (isFound(run)) return
  }
  const isRefusal = outcome.status >= 400
  require(outcome.breaks ?? TRUTHFUL, !isRefusal, () =>
    'something changed for a request that is to be refused')
  const next = copy(run.state)
  outcome.next(recovered(), next)
  noteDoubt(run, run.state)
  run.state = next
  requireFacts(run, 8, 'after 503, which is neither all old nor all new')
}

function isFound(run: Run): boolean {
  return isSame(run, factsOfD1(run.world), factsOf(run.state, run.world.clock.now))
}

export function requireFacts(run: Run, invariant: number, when: string): void {
  const [found, expected] = [factsOfD1(run.world), factsOf(run.state, run.world.clock.now)]
  require(invariant, isSame(run, found, expected), () =>
    `D1 is not what was told ${when}: ${JSON.stringify(found)} where ${JSON.stringify(expected)} was due`)
}

/** For a token that expired, or whose client is gone, it is not remembered that it was revoked. */
function isKept({ tokens, world, state }: Run, jti: string): boolean {
  const token = tokens.find((one) => one.jti === jti && one.exp > world.clock.now)
  return token !== undefined && clientIn(state, token.clientId) !== undefined
}

function isSame(run: Run, a: Facts, b: Facts): boolean {
  const text = ({ clients, revoked, revokedKeys, keys, used, events }: Facts) => {
    const kept = revoked.filter((jti) => isKept(run, jti)).sort()
    return JSON.stringify([clients, kept, revokedKeys, keys, used, events])
  }
  return text(a) === text(b)
}

export function pick<T>(list: T[], n: number): T | undefined {
  return list.length === 0 ? undefined : list[n % list.length]
}

export function placeOf({ world }: Run, n: number): Location {
  return world.at[n % LOCATIONS] as Location
}

export function timeAt({ world }: Run, { skew }: Location): number {
  return world.clock.now + skew
}
