import { afterAll, beforeAll, describe, it } from 'vitest'
import { SECRETS } from './pairs.ts'
import { type RaceHarness, raceHarness } from './harness.ts'

const PAIRS = SECRETS

describe('INV-4, 6, 7, 8, 14: new secrets', () => {
  let races: RaceHarness
  beforeAll(async () => {
    races = await raceHarness()
  })
  afterAll(() => races.close())

  it.each(PAIRS)('$name: keeps the cap, and leaves a deleted client none', (pair) =>
    races.prove(pair),
  )
})
