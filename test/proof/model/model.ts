import * as fc from 'fast-check'
import { checkEdge, checkSecrets, checkTokens, type Edge, edgeOf } from './checks.ts'
import { unwrapWithFaults } from './faults.ts'
import { GATE_BEGINNING, GATE_KINDS } from './gate-kinds.ts'
import { KINDS } from './kinds.ts'
import { countCompression, countCrypto } from '../races/scheduler.ts'
import { checkLists } from './lists.ts'
import { logged, quietly } from './quiet.ts'
import { type Run, startRun } from './run.ts'
import { checkRights } from './rights-log.ts'
import { settle } from './settle.ts'
import { type Step, take } from './steps.ts'
import type { Make } from './world.ts'

const STEPS_MAX = 30

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
    await checkLists(run)
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
  { kind: 'new key', at: 0, client: 0, pair: 0, fault: null },
  {
    kind: 'assert',
    at: 0,
    key: 0,
    other: false,
    sameJti: false,
    lifetime: 300,
    to: 'introspect',
    fault: null,
  },
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

/** `path`: the place of the history, of those of this seed, with which to begin. */
type Options = { seed: number; numRuns: number; endOnFailure?: boolean; path?: string }

/** Random histories of the server beside the model; every invariant that can be seen is checked after each step. */
export async function checkModel(make: Make, options: Options): Promise<Found> {
  const figures = { runs: 0, steps: 0, faults: 0 }
  let [lastLog, lastSteps] = [[] as string[], 0]
  const kinds = make.gates ? GATE_KINDS : KINDS
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
      lastSteps = beginningOf(run).length + run.steps
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
  const { faults, gates } = run.world
  const undo = [countCrypto(), countCompression(), unwrapWithFaults(faults), gates?.install()]
  try {
    for (const step of beginningOf(run)) await take(run, step)
    await fc.asyncModelRun(() => ({ model: {}, real: { run, edge } }), list)
    await settle(run)
  } finally {
    for (const back of undo.reverse()) back?.()
    run.world.sqlite.close()
  }
}

function beginningOf({ world }: Run): Step[] {
  return world.gates ? [...BEGINNING, ...GATE_BEGINNING] : BEGINNING
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
