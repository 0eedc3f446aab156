import { expect, it } from 'vitest'
import { createAuthServer } from '../../../src/server.ts'
import { report } from '../report.ts'
import { checkModel } from './model.ts'

/** A violation prints it with the steps that led there: `PROOF_SEED` runs the same histories again. */
const SEED = Number(process.env['PROOF_SEED'] ?? 20_261_124)
const RUNS = Number(process.env['PROOF_RUNS_MODEL'] ?? 900)

/** So many histories of one seed: a batch ends well within the time that a test has. */
const BATCH = 1000

const batches = Array.from({ length: Math.ceil(RUNS / BATCH) }, (_, at) => {
  return { seed: SEED + at, numRuns: Math.min(BATCH, RUNS - at * BATCH) }
})

it.each(batches)(
  'INV-1 to INV-16, INV-19, INV-23 hold in $numRuns random histories (seed $seed)',
  async (batch) => {
    const found = await checkModel({ createAuthServer }, batch)
    const { runs, steps, faults, failure } = found
    report('model', { seed: batch.seed, runs, steps, faults, violations: failure ? 1 : 0 })
    if (failure) throw new Error(Object.values(failure).flat().join('\n'))
    expect(runs).toBe(batch.numRuns)
  },
)
