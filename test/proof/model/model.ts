import * as fc from 'fast-check'
import type { Manage } from './asking.ts'
import { checkEdge, checkSecrets, checkTokens, type Edge, edgeOf } from './checks.ts'
import { MODES, type OneFault, SITES, unwrapWithFaults } from './faults.ts'
import { logged, quietly } from './quiet.ts'
import { type Run, startRun } from './run.ts'
import { checkRights } from './rights-log.ts'
import { settle } from './settle.ts'
import { type Step, take } from './steps.ts'
import type { Make } from './world.ts'

const STEPS_MAX = 30

const place = fc.nat(2)
const index = fc.nat(20)
const aFault: fc.Arbitrary<OneFault> = fc.record({
  site: fc.constantFrom(...SITES),
  nth: fc.nat(4),
  mode: fc.constantFrom(...MODES),
})
const fault = fc.option(aFault, { freq: 3 })
/** It makes more calls than others do, and most of them are writes. */
const faultOfCron = fc.option(
  fc.record({
    site: fc.constantFrom(...SITES, 'd1 write', 'd1 write'),
    nth: fc.nat(8),
    mode: fc.constantFrom(...MODES),
  }),
  { freq: 3 },
)
const ofServer = fc.constantFrom(['manage'] as const, ['own', 'manage'] as const)
const access = fc.oneof(
  { weight: 4, arbitrary: fc.subarray(['read', 'write', 'own'] as const).map((all) => [...all]) },
  { weight: 1, arbitrary: ofServer.map((names) => [...names]) },
)
/** Before which call to D1 a right is lost; the commit is about the fifth. */
const MOMENTS = ['late body', 'late body', 1, 2, 3, 3, 4, 4, 5, 5, 6, 8] as const
const loss: fc.Arbitrary<Manage['loss']> = fc.option(
  fc.record({ how: index, call: fc.constantFrom(...MOMENTS) }),
  { freq: 2 },
)
/** How old a moment is to which D1 is taken back. */
const AGES = [10, 61, 360, 601, 3600, 259_200]
const of = { at: place, client: index, fault }

const kinds: [weight: number, arbitrary: fc.Arbitrary<Step>][] = [
  [
    4,
    fc.record({
      kind: fc.constant('create'),
      at: place,
      access,
      days: fc.constantFrom(0, 1, 10, 90),
      short: fc.boolean(),
      rotates: fc.boolean(),
      keyed: fc.boolean(),
      fault,
    }),
  ],
  [9, fc.record({ kind: fc.constantFrom('suspend', 'resume'), ...of })],
  [3, fc.record({ kind: fc.constantFrom('delete', 'revoke all'), ...of })],
  [3, fc.record({ kind: fc.constant('access'), ...of, access, apply: fc.boolean() })],
  [
    5,
    fc.record({
      kind: fc.constant('new secret'),
      ...of,
      days: fc.constantFrom(0, 3, 14, 90),
      retire: fc.constantFrom(null, 0, 60, 604_800),
      keyed: fc.boolean(),
    }),
  ],
  [
    5,
    fc.record({
      kind: fc.constant('again'),
      at: place,
      request: fc.nat(2),
      other: fc.constantFrom(false, false, true),
      fault,
    }),
  ],
  [
    5,
    fc.record({
      kind: fc.constant('rotate'),
      at: place,
      credential: index,
      overlap: fc.constantFrom(null, 0, 1, 60, 3600, 86_400),
      fault,
    }),
  ],
  [1, fc.record({ kind: fc.constant('may rotate'), ...of, may: fc.boolean() })],
  [2, fc.record({ kind: fc.constant('delete secret'), ...of, secret: index })],
  [
    12,
    fc.record({
      kind: fc.constant('token'),
      at: place,
      credential: index,
      mistyped: fc.constant(false),
      fault,
    }),
  ],
  [
    1,
    fc.record({
      kind: fc.constant('token'),
      at: place,
      credential: index,
      mistyped: fc.constant(true),
      fault,
    }),
  ],
  [3, fc.record({ kind: fc.constant('revoke token'), at: place, token: index, fault })],
  [1, fc.record({ kind: fc.constant('revoke key'), at: place, token: index, fault })],
  [
    5,
    fc.record({
      kind: fc.constant('cron'),
      at: place,
      times: fc.constantFrom(1, 1, 2),
      fault: faultOfCron,
    }),
  ],
  [
    6,
    fc.record({
      kind: fc.constant('time'),
      seconds: fc.constantFrom(1, 30, 61, 61, 600, 3600, 43_200, 86_400, 6_566_400),
    }),
  ],
  [
    2,
    fc.record({
      kind: fc.constant('until'),
      credential: index,
      off: fc.constantFrom(-1, 0, 0),
    }),
  ],
  [
    2,
    fc.record({
      kind: fc.constant('outage'),
      site: fc.constantFrom(...SITES),
      mode: fc.constantFrom(...MODES),
    }),
  ],
  [3, fc.constant({ kind: 'heal' })],
  [1, fc.record({ kind: fc.constant('isolate'), at: place })],
  [1, fc.record({ kind: fc.constant('clock'), at: place, skew: fc.constantFrom(-300, 0, 300) })],
  [
    1,
    fc.record({
      kind: fc.constant('mail'),
      mode: fc.constantFrom('accepts', 'refuses', 'loses the answer', 'loses the request'),
    }),
  ],
  [
    9,
    fc.record({
      kind: fc.constant('manage'),
      at: place,
      by: fc.constantFrom('machine', 'machine', 'person'),
      admitted: fc.constantFrom(true, true, false),
      token: fc.constantFrom(0, 0, 0, 1, 2),
      change: index,
      client: index,
      loss,
      fault,
    }),
  ],
  [1, fc.constant({ kind: 'snapshot' })],
  [
    1,
    fc.record({
      kind: fc.constant('rewind'),
      snapshot: index,
      age: fc.constantFrom(...AGES),
    }),
  ],
  [
    1,
    fc.record({
      kind: fc.constant('drill'),
      at: place,
      client: index,
      what: fc.constantFrom('suspend', 'delete', 'revoke all'),
      age: fc.constantFrom(...AGES),
      announced: fc.boolean(),
      fails: fc.boolean(),
    }),
  ],
  [
    1,
    fc.record({
      kind: fc.constant('garble'),
      client: index,
      value: fc.constantFrom('no JSON', 'a version beyond', 'a generation beyond'),
    }),
  ],
]

type Commands = { run: Run; edge: Edge }

class Command implements fc.AsyncCommand<object, Commands> {
  readonly step: Step
  constructor(step: Step) {
    this.step = step
  }
  check(): boolean {
    return true
  }
  async run(_model: object, { run, edge }: Commands): Promise<void> {
    run.steps += 1
    await take(run, this.step)
    checkRights(run)
    await checkTokens(run)
    await checkSecrets(run)
    await checkEdge(run, edge)
  }
  toString(): string {
    return JSON.stringify(this.step)
  }
}

/** A client that has a secret and a token is there from the start: else most histories are about nothing. */
const another = {
  kind: 'new secret',
  at: 0,
  client: 0,
  days: 60,
  retire: null,
  keyed: true,
  fault: null,
} as const
const BEGINNING: Step[] = [
  {
    kind: 'create',
    at: 0,
    access: ['read', 'write'],
    days: 90,
    short: false,
    rotates: true,
    keyed: true,
    fault: null,
  },
  {
    kind: 'create',
    at: 1,
    access: ['own', 'manage'],
    days: 10,
    short: false,
    rotates: false,
    keyed: false,
    fault: null,
  },
  another,
  another,
  { kind: 'token', at: 0, credential: 0, mistyped: false, fault: null },
  { kind: 'token', at: 1, credential: 1, mistyped: false, fault: null },
]

export type Figures = { runs: number; steps: number; faults: number }
export type Found = Figures & {
  failure: {
    message: string
    log: string[]
    steps: number
    counterexample: string
    path: string
  } | null
}

/** Random histories of the server beside the model; every invariant that can be seen is checked after each step. */
export async function checkModel(
  make: Make,
  options: { seed: number; numRuns: number; endOnFailure?: boolean },
): Promise<Found> {
  const figures = { runs: 0, steps: 0, faults: 0 }
  let [lastLog, lastSteps] = [[] as string[], 0]
  const steps = fc.oneof(...kinds.map(([weight, arbitrary]) => ({ weight, arbitrary })))
  const commands = fc.commands([steps.map((step) => new Command(step))], {
    maxCommands: STEPS_MAX,
    size: 'max',
  })
  const property = fc.asyncProperty(commands, async (list) => {
    const run = await startRun(make)
    try {
      await history(run, list)
    } catch (error) {
      lastLog = logged.slice(-5)
      lastSteps = BEGINNING.length + run.steps
      throw error
    } finally {
      figures.runs += 1
      figures.steps += run.steps
      figures.faults += run.world.faults.injected
    }
  })
  const details = await quietly(() => fc.check(property, options))
  if (!details.failed) return { ...figures, failure: null }
  const [list] = details.counterexample ?? []
  const counterexample = list ? [...list].map(String).join('\n') : ''
  const error = details.errorInstance
  return {
    ...figures,
    failure: {
      message: error instanceof Error ? error.message : String(error),
      log: lastLog,
      steps: lastSteps,
      counterexample,
      path: details.counterexamplePath ?? '',
    },
  }
}

async function history(run: Run, list: Iterable<fc.AsyncCommand<object, Commands>>): Promise<void> {
  const edge = edgeOf(run)
  logged.length = 0
  const undo = unwrapWithFaults(run.world.faults)
  try {
    for (const step of BEGINNING) await take(run, step)
    await fc.asyncModelRun(() => ({ model: {}, real: { run, edge } }), list)
    await settle(run)
  } finally {
    undo()
  }
}

/** A named history, step by step: a counter-example that was found once. */
export async function replay(make: Make, steps: Step[]): Promise<void> {
  await quietly(async () => {
    const run = await startRun(make)
    await history(
      run,
      steps.map((step) => new Command(step)),
    )
  })
}
