import { afterAll, beforeAll, describe, it } from 'vitest'
import { MACHINE } from './rights.ts'
import { type RaceHarness, raceHarness } from './harness.ts'

const PAIRS = MACHINE

describe('INV-16: what a machine changes that loses the right to it', () => {
  let races: RaceHarness
  beforeAll(async () => {
    races = await raceHarness()
  })
  afterAll(() => races.close())

  it.each(PAIRS)('$name: came first, or is refused', (pair) => races.prove(pair))
})
