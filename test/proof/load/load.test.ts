import { expect, it } from 'vitest'
import { report } from '../report.ts'
import { load } from './load.ts'

const SECONDS = Number(process.env['PROOF_SECONDS_LOAD'] ?? 6)

it(`INV-1: no answer is wrong in ${SECONDS} s of mixed traffic while clients are suspended and resumed`, async () => {
  const figures = await load(SECONDS)
  const { wrong, errors, judged, changes } = figures
  report('load', { ...figures, wrong: wrong.length })
  expect({ wrong, errors }).toEqual({ wrong: [], errors: {} })
  expect(judged.suspended).toBeGreaterThan(0)
  expect(judged.active).toBeGreaterThan(0)
  expect(changes).toBeGreaterThan(0)
})
