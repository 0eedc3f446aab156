import { afterAll, beforeAll, describe, it } from 'vitest'
import { ASSERTIONS } from './assertions.ts'
import { type RaceHarness, raceHarness } from './harness.ts'

const PAIRS = ASSERTIONS

describe('INV-1, INV-2, INV-16, INV-23: assertions', () => {
  let races: RaceHarness
  beforeAll(async () => {
    races = await raceHarness()
  })
  afterAll(() => races.close())

  it.each(PAIRS)('$name: prove once, and nothing with a key that is gone', (pair) =>
    races.prove(pair),
  )
})
