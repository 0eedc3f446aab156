import { describe, expect, it } from 'vitest'
import { buildServer } from '../build.ts'
import { report } from '../report.ts'
import { DEFECTS } from './defects.ts'
import { checkModel } from './model.ts'

const SEED = 20_261_124

/** More than what `npm test` asks of the real server: a defect is to be found early, and is at the latest here. */
const RUNS = 1000

describe('the model finds what is planted', () => {
  const all = process.env['PROOF_DEFECTS'] === 'all'
  it.each(DEFECTS.filter(({ isHard }) => all || !isHard))(
    'INV-$breaks: $name',
    async ({ name, breaks, edits, sql = [] }) => {
      const { createAuthServer } = await buildServer(edits)
      const { failure, runs } = await checkModel(
        { createAuthServer, sql },
        {
          seed: SEED,
          numRuns: RUNS,
          endOnFailure: true,
        },
      )
      const invariant = Number(/^INV-(\d+)/.exec(failure?.message ?? '')?.[1])
      report('defect', {
        by: 'model',
        name,
        invariant,
        histories: runs,
        steps: failure?.steps ?? 0,
      })
      expect(failure?.message.slice(0, 300)).toMatch(/^INV-/)
      expect(breaks, failure?.message.slice(0, 600)).toContain(invariant)
    },
  )
})
