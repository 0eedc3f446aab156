import { afterAll, beforeAll, describe, it } from 'vitest'
import { CLIENT } from './own-endpoints.ts'
import { PERSON, SIGN_OUT } from './rights.ts'
import { type RaceHarness, raceHarness } from './harness.ts'

const PAIRS = [...PERSON, ...SIGN_OUT, ...CLIENT]

describe('INV-16: what a person, or a client of itself, changes that loses the right to it', () => {
  let races: RaceHarness
  beforeAll(async () => {
    races = await raceHarness()
  })
  afterAll(() => races.close())

  it.each(PAIRS)('$name: came first, or is refused', (pair) => races.prove(pair))
})
