import * as fc from 'fast-check'
import { vi } from 'vitest'
import * as real from '../../../src/server.ts'
import type { ServerModule } from '../build.ts'
import type { GateParts } from '../gates/gates-double.ts'
import { report } from '../report.ts'
import { interleavings, type Pair } from './pair.ts'
import { outcomeOf } from './race.ts'
import { countCompression, countCrypto, ActorScheduler, takeTimers } from './scheduler.ts'
import { makeStarts } from './starts.ts'
import { World } from './world.ts'

/** The seed of fast-check, which reports it, with the schedule, when a race fails. */
const SEED = 20_261_122
const INTERLEAVINGS = Number(process.env['PROOF_RUNS_RACES'] ?? 150)

/** A server under a scheduler of its own: this one, or one with a defect. */
export async function raceHarness(module: ServerModule = real, gates: GateParts | null = null) {
  const scheduler = new ActorScheduler()
  const undo = [takeTimers(scheduler), countCrypto(), countCompression()]
  const log = vi.spyOn(console, 'error').mockImplementation(() => {})
  const world = new World(scheduler, module, gates)
  const starts = await makeStarts(world)

  const propertyOf = (pair: Pair, outcomes = new Set<string>()) =>
    fc.asyncProperty(interleavings(pair, starts), async (how) => {
      log.mockClear()
      const { seen, problems } = await outcomeOf(scheduler, world, { pair, starts }, how)
      outcomes.add(seen)
      const bugs = log.mock.calls.map(String).filter((line) => line.includes('"bug"'))
      problems.push(...bugs)
      if (problems.length > 0) throw new Error(problems.join('\n'))
    })

  return {
    /** Throws with the seed and the schedule of the first interleaving that breaks something. */
    async prove(pair: Pair, numRuns = INTERLEAVINGS): Promise<void> {
      const outcomes = new Set<string>()
      await fc.assert(propertyOf(pair, outcomes), { seed: SEED, numRuns, endOnFailure: true })
      // A race that always ends in the same way was none.
      if (outcomes.size <= pair.starts.length) throw new Error([...outcomes].join('\n'))
      const figures = { interleavings: numRuns, outcomes: outcomes.size, violations: 0 }
      report(gates ? 'races with gates' : 'races', { pair: pair.name, ...figures })
    },
    /** The violations of the first interleaving that has any; null if none of so many does. */
    async defectIn(pair: Pair, numRuns: number): Promise<string | null> {
      const { failed, errorInstance } = await fc.check(propertyOf(pair), {
        seed: SEED,
        numRuns,
        endOnFailure: true,
      })
      return failed ? String(errorInstance) : null
    },
    close: () => {
      log.mockRestore()
      for (const back of undo) back()
    },
  }
}

export type RaceHarness = Awaited<ReturnType<typeof raceHarness>>
