import { describe, expect, it, vi } from 'vitest'
import { buildModule } from '../build.ts'
import { report } from '../report.ts'
import { DEFECTS } from './defects.ts'
import type { GatesModule } from './gates-double.ts'
import { history } from './history.ts'
import { SCENARIOS } from './scenarios.ts'
import { gatesWorld } from './world.ts'

const SEED = 20_261_130
/** A defect that no scenario finds is found in far fewer. */
const RUNS = 150

describe('the histories with gates find what is planted', () => {
  it.each(DEFECTS)('INV-20: $name', async ({ name, edits }) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const module = await buildModule<GatesModule>('test/proof/gates/entry.ts', edits)
    const world = await gatesWorld(module)
    let histories = 0
    let found: string | null | undefined
    try {
      for (const scenario of Object.values(SCENARIOS)) found ??= await scenario(world, module)
      while (!found && histories < RUNS) [found] = await history(world, SEED + histories++)
    } finally {
      world.close()
      log.mockRestore()
    }
    report('defect', { by: 'gates', name, invariant: 20, histories, steps: 0 })
    expect(found, name).toEqual(expect.any(String))
  })
})
