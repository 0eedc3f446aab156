import { expect, it } from 'vitest'
import { createAuthServer } from '../../../src/server.ts'
import { report } from '../report.ts'
import { checkModel } from './model.ts'

/** A violation prints it with the steps that led there: `PROOF_SEED` runs the same histories again. */
const SEED = Number(process.env['PROOF_SEED'] ?? 20_261_124)
const RUNS = Number(process.env['PROOF_RUNS_MODEL'] ?? 1000)

it(`INV-1 to INV-15 hold in ${RUNS} random histories (seed ${SEED})`, async () => {
  const found = await checkModel({ createAuthServer }, { seed: SEED, numRuns: RUNS })
  const { runs, steps, faults, failure } = found
  report('model', { seed: SEED, runs, steps, faults, violations: failure ? 1 : 0 })
  if (failure) throw new Error(Object.values(failure).flat().join('\n'))
  expect(runs).toBe(RUNS)
})
