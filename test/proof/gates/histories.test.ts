import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { report } from '../report.ts'
import * as real from './entry.ts'
import { history } from './history.ts'
import { SCENARIOS } from './scenarios.ts'
import { gatesWorld, type GatesWorld } from './world.ts'

const SEED = Number(process.env['PROOF_SEED'] ?? 20_261_130)
const RUNS = Number(process.env['PROOF_RUNS_GATES'] ?? 40)

let world: GatesWorld
const log = vi.spyOn(console, 'error').mockImplementation(() => {})

beforeAll(async () => {
  world = await gatesWorld(real)
})
afterAll(() => {
  world.close()
  log.mockRestore()
})

it(`INV-1 to INV-4, INV-20: hold in ${RUNS} random histories with gates (seed ${SEED})`, async () => {
  const all = { requests: 0, changes: 0, faults: 0 }
  for (let run = 0; run < RUNS; run++) {
    const { requests, changes, faults, ...problems } = await history(world, SEED + run)
    expect(Object.values(problems), `seed ${SEED + run}`).toEqual([])
    all.requests += requests
    all.changes += changes
    all.faults += faults
  }
  expect(all.faults).toBeGreaterThan(RUNS)
  report('gates', { runs: RUNS, ...all, violations: 0 })
})

it.each(Object.entries(SCENARIOS))('INV-20: holds in %s', async (_, scenario) => {
  expect(await scenario(world, real)).toBeNull()
})
