import { describe, expect, it } from 'vitest'
import { buildModule } from '../build.ts'
import { checkModel } from '../model/model.ts'
import { report } from '../report.ts'
import { MODEL_DEFECTS } from './model-defects.ts'
import type { GatesModule } from './gates-double.ts'

const SEED = 20_261_124
const RUNS = 300

describe('the model with gates finds what is planted', () => {
  it.each(MODEL_DEFECTS)('$name', async ({ name, edits, breaks }) => {
    const gates = await buildModule<GatesModule>('test/proof/gates/entry.ts', edits)
    const make = { createAuthServer: gates.createAuthServer, gates }
    const { failure, runs } = await checkModel(make, {
      seed: SEED,
      numRuns: RUNS,
      endOnFailure: true,
    })
    const invariant = Number(/^INV-(\d+)/.exec(failure?.message ?? '')?.[1])
    const found = { invariant, histories: runs, steps: failure?.steps ?? 0 }
    report('defect', { by: 'model with gates', name, ...found })
    expect(failure?.message.slice(0, 300)).toMatch(/^INV-/)
    expect(breaks, failure?.message.slice(0, 600)).toContain(invariant)
  })
})
