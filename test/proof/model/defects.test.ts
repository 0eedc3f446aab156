import { describe, expect, it } from 'vitest'
import { buildServer } from '../build.ts'
import { report } from '../report.ts'
import { DEFECTS } from './defects.ts'
import { knownHistories } from './known-histories.ts'
import { checkModel, type Found } from './model.ts'
import type { Make } from './world.ts'

const SEED = 20_261_124

/** More than what `npm test` asks of the real server: a defect is to be found early, and is at the latest here. */
const RUNS = 1000

const all = process.env['PROOF_DEFECTS'] === 'all'
const known = knownHistories()

/**
 * Begins with the history that found this defect last: those before it found nothing. Where it finds nothing any
 * longer, or all are asked for, they are searched from the first.
 */
async function search(make: Make, name: string): Promise<Found> {
  const options = { seed: SEED, endOnFailure: true }
  const history = known.get(name)
  if (history !== undefined && !all) {
    const path = String(history - 1)
    const found = await checkModel(make, { ...options, path, numRuns: 1 })
    if (found.failure) return found
  }
  return checkModel(make, { ...options, numRuns: RUNS })
}

describe('the model finds what is planted', () => {
  it.each(DEFECTS.filter(({ isHard }) => all || !isHard))(
    'INV-$breaks: $name',
    async ({ name, breaks, edits, sql = [] }) => {
      const { createAuthServer } = await buildServer(edits)
      const { failure, runs } = await search({ createAuthServer, sql }, name)
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
