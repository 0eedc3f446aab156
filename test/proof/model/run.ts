import type { OneFault } from './faults.ts'
import { clientIn, copy, nothing, type State, type Token } from './expected.ts'
import { type Facts, factsOf, factsOfD1 } from './facts.ts'
import {
  API,
  admin,
  type Answer,
  type Credentials,
  type Json,
  type Location,
  type Make,
  makeWorld,
  type World,
} from './world.ts'
import type { Snapshot } from '../../doubles/node/sqlite-d1.ts'

/** One history: the real server, the model beside it, and what both were told. */
export type Run = {
  make: Make
  world: World
  state: State
  observer: Credentials
  tokens: Token[]
  /** Every secret there ever was, also of what is gone: what is tried must fail then. */
  credentials: { clientId: string; secretId: string; text: string }[]
  snapshots: { of: Snapshot; state: State }[]
  steps: number
  names: number
  /** Whether a mail may have been lost or doubted. */
  mailFailed: boolean
  /** How many answers were an error on our side. */
  inDoubt: number
  rewinds: number
}

/** What must never happen, happened. */
export class Violation extends Error {
  readonly invariant: number
  constructor(invariant: number, message: string) {
    super(`INV-${invariant}: ${message}`)
    this.invariant = invariant
  }
}

export function require(invariant: number, holds: boolean, message: () => string): void {
  if (!holds) throw new Violation(invariant, message())
}

/** The server with one API and a client that may ask about every token. */
export async function startRun(make: Make): Promise<Run> {
  const world = makeWorld(make)
  const { oracle } = world
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
  const state = { ...nothing(), events: factsOfD1(world).events }
  const rest = { tokens: [], credentials: [], snapshots: [], steps: 0, names: 0 }
  return { make, world, state, observer, ...rest, mailFailed: false, inDoubt: 0, rewinds: 0 }
}

const ofIssuer = () => [{ audience: 'https://auth.example', permission: 'tokens:introspect' }]

async function must(asked: Promise<Answer>): Promise<Json> {
  const { status, text, body } = await asked
  if (status >= 300) throw new Error(`${status} ${text}`)
  return body
}

/** What a change is to answer, and what holds when it did. */
export type Outcome = { status: number; next: (body: Json, state: State) => void }

/** Makes one change under a fault; afterwards all of it holds, or, without an answer, nothing or all. */
export async function change(
  run: Run,
  fault: OneFault | null,
  ask: () => Promise<Answer>,
  outcome: Outcome,
  recovered: () => Json = () => ({}),
): Promise<void> {
  const { faults } = run.world
  const mayFail = fault !== null || faults.any
  faults.next(fault)
  const answer = await ask()
  faults.next(null)
  if (answer.status === outcome.status) {
    if (answer.status < 300) outcome.next(answer.body, run.state)
    requireFacts(run, 8, `after ${answer.status}`)
    return
  }
  const expected = mayFail ? [503] : []
  require(8, expected.includes(answer.status), () =>
    `${answer.status} where ${outcome.status} was due: ${answer.text}`)
  run.inDoubt += 1
  adopt(run, outcome, recovered)
}

/** All old or all new: whichever it is, the model goes on from there. */
function adopt(run: Run, outcome: Outcome, recovered: () => Json): void {
  const found = factsOfD1(run.world)
  if (isSame(run, found, factsOf(run.state, run.world.clock.now))) return
  require(8, outcome.status < 300, () => 'something changed for a request that is to be refused')
  const next = copy(run.state)
  outcome.next(recovered(), next)
  run.state = next
  requireFacts(run, 8, 'after 503, which is neither all old nor all new')
}

export function requireFacts(run: Run, invariant: number, when: string): void {
  const [found, expected] = [factsOfD1(run.world), factsOf(run.state, run.world.clock.now)]
  require(invariant, isSame(run, found, expected), () =>
    `D1 is not what was told ${when}: ${JSON.stringify(found)} where ${JSON.stringify(expected)} was due`)
}

/** Of a token whose time ran out, or whose client is gone, nobody remembers that it was revoked. */
function isKept({ tokens, world, state }: Run, jti: string): boolean {
  const token = tokens.find((one) => one.jti === jti && one.exp > world.clock.now)
  return token !== undefined && clientIn(state, token.clientId) !== undefined
}

function isSame(run: Run, a: Facts, b: Facts): boolean {
  const text = ({ clients, revoked, revokedKeys, events }: Facts) => {
    const kept = revoked.filter((jti) => isKept(run, jti)).sort()
    return JSON.stringify([clients, kept, revokedKeys, events])
  }
  return text(a) === text(b)
}

export function pick<T>(list: T[], n: number): T | undefined {
  return list.length === 0 ? undefined : list[n % list.length]
}

export function timeAt({ world }: Run, { skew }: Location): number {
  return world.clock.now + skew
}
