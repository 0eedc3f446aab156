import { afterAll, beforeAll, describe, it } from 'vitest'
import { STATUS } from './pairs.ts'
import { type RaceHarness, raceHarness } from './harness.ts'

const PAIRS = STATUS

describe('INV-1, INV-3, INV-4, INV-8, INV-9, INV-10, INV-14: changes of a status', () => {
  let races: RaceHarness
  beforeAll(async () => {
    races = await raceHarness()
  })
  afterAll(() => races.close())

  it.each(PAIRS)('$name: has one outcome, at D1 and at the edge', (pair) => races.prove(pair))
})
