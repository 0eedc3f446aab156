import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildModule } from '../build.ts'
import { ASSERTIONS } from '../races/assertions.ts'
import { type RaceHarness, raceHarness } from '../races/harness.ts'
import { CLIENT } from '../races/own-endpoints.ts'
import type { Pair } from '../races/pair.ts'
import { SECRETS, STATUS, TOKENS } from '../races/pairs.ts'
import { MACHINE, PERSON, SIGN_OUT } from '../races/rights.ts'
import { report } from '../report.ts'
import { DEFECTS } from './defects.ts'
import * as real from './entry.ts'
import type { GatesModule } from './gates-double.ts'

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

it('INV-20: a race finds an answer that does not wait for the gates', async () => {
  const planted = DEFECTS.find(({ name }) => name === 'the answer does not wait for the gates')
  const module = await buildModule<GatesModule>('test/proof/gates/entry.ts', planted?.edits ?? [])
  const races = await raceHarness(module as never, module)
  const pair = TOKENS.find(({ name }) => name === 'introspect and suspend') as Pair
  try {
    const found = await races.defectIn(pair, 300)
    const invariant = found?.includes('no order of') ? 20 : 0
    report('defect', { by: `race with gates: ${pair.name}`, name: planted?.name, invariant })
    expect(found).toContain('no order of')
  } finally {
    races.close()
  }
})
