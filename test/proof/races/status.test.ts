import { afterAll, beforeAll, describe, it } from 'vitest'
import { STATUS } from './pairs.ts'
import { type RaceHarness, raceHarness } from './harness.ts'

const PAIRS = STATUS

describe('INV-1, 3, 4, 8, 9, 10, 14: changes of a status', () => {
  let races: RaceHarness
  beforeAll(async () => {
    races = await raceHarness()
  })
  afterAll(() => races.close())

  it.each(PAIRS)('$name: has one outcome, at D1 and at the edge', (pair) => races.prove(pair))
})
