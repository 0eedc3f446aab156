import { afterAll, beforeAll, describe, it } from 'vitest'
import { ASSERTIONS } from '../races/assertions.ts'
import { type RaceHarness, raceHarness } from '../races/harness.ts'
import { CLIENT } from '../races/own-endpoints.ts'
import { SECRETS, STATUS, TOKENS } from '../races/pairs.ts'
import { MACHINE, PERSON, SIGN_OUT } from '../races/rights.ts'
import * as real from './entry.ts'

const INTERLEAVINGS = Number(process.env['PROOF_RUNS_RACES_GATES'] ?? 10)
const PAIRS = [
  ...TOKENS,
  ...STATUS,
  ...SECRETS,
  ...MACHINE,
  ...PERSON,
  ...SIGN_OUT,
  ...CLIENT,
  ...ASSERTIONS,
]

describe('INV-1 to INV-4, INV-16, INV-20: races with gates', () => {
  let races: RaceHarness
  beforeAll(async () => {
    races = await raceHarness(undefined, real)
  })
  afterAll(() => races.close())

  it.each(PAIRS)('$name: every answer has its place in one order', (pair) =>
    races.prove(pair, INTERLEAVINGS),
  )
})
