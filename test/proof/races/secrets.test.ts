import { afterAll, beforeAll, describe, it } from 'vitest'
import { SECRETS } from './pairs.ts'
import { type RaceHarness, raceHarness } from './harness.ts'

const PAIRS = SECRETS

describe('INV-4, INV-6, INV-7, INV-8, INV-14: new secrets', () => {
  let races: RaceHarness
  beforeAll(async () => {
    races = await raceHarness()
  })
  afterAll(() => races.close())

  it.each(PAIRS)('$name: keeps the cap, and leaves a deleted client none', (pair) =>
    races.prove(pair),
  )
})
