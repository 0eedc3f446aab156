import { expect, it } from 'vitest'
import { checkModel, replay } from '../model/model.ts'
import { report } from '../report.ts'
import * as real from './entry.ts'

const SEED = Number(process.env['PROOF_SEED'] ?? 20_261_124)
const RUNS = Number(process.env['PROOF_RUNS_MODEL_GATES'] ?? 50)
/** As in the model without gates. */
const BATCH = 1000

const batches = Array.from({ length: Math.ceil(RUNS / BATCH) }, (_, at) => {
  return { seed: SEED + at, numRuns: Math.min(BATCH, RUNS - at * BATCH) }
})
const make = { createAuthServer: real.createAuthServer, gates: real }

it.each(batches)(
  'INV-1 to INV-16, INV-20 hold in $numRuns random histories with gates (seed $seed)',
  async (batch) => {
    const { failure, ...figures } = await checkModel(make, batch)
    const violations = failure ? 1 : 0
    report('model with gates', { seed: batch.seed, ...figures, violations })
    if (failure) throw new Error(Object.values(failure).flat().join('\n'))
    expect(figures.runs).toBe(batch.numRuns)
  },
)

it('INV-8: a right that is lost behind the commit, while a gate does not answer', async () => {
  await replay(make, [
    {
      kind: 'manage',
      at: 0,
      by: 'machine',
      admitted: true,
      token: 0,
      change: 0,
      client: 0,
      loss: { how: 0, call: 5 },
      fault: { site: 'gate change', nth: 0, mode: 'hangs' },
    },
  ])
})
