import { afterAll, beforeAll, describe, it } from 'vitest'
import { CRON } from './pairs.ts'
import { type RaceHarness, raceHarness } from './harness.ts'

const PAIRS = CRON

describe('INV-9, INV-13: the cron', () => {
  let races: RaceHarness
  beforeAll(async () => {
    races = await raceHarness()
  })
  afterAll(() => races.close())

  it.each(PAIRS)('$name: tells everybody once', (pair) => races.prove(pair))
})
