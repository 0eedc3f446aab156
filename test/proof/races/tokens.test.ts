import { afterAll, beforeAll, describe, it } from 'vitest'
import { TOKENS } from './pairs.ts'
import { type RaceHarness, raceHarness } from './harness.ts'

const PAIRS = TOKENS

describe('INV-1, INV-2, INV-3, INV-12: tokens', () => {
  let races: RaceHarness
  beforeAll(async () => {
    races = await raceHarness()
  })
  afterAll(() => races.close())

  it.each(PAIRS)('$name: lets nothing out that the change forbids', (pair) => races.prove(pair))
})
