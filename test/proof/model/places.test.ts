import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { BUDGET_DEFECTS, GATE_BUDGET_DEFECTS } from '../budget/defects.ts'
import { DEFECTS as GATE_DEFECTS } from '../gates/defects.ts'
import { MISTAKES } from '../mutation/mistakes.ts'
import { DEFECTS } from './defects.ts'

const ROOT = join(import.meta.dirname, '../../..')

const ALL = [
  ...DEFECTS,
  ...GATE_DEFECTS,
  ...BUDGET_DEFECTS,
  ...GATE_BUDGET_DEFECTS,
  ...MISTAKES.map((mistake) => ({ name: mistake.name, edits: [mistake] })),
]

it.each(ALL)('has one place in the source, whatever was renamed there: $name', ({ edits }) => {
  for (const { file, find } of edits) {
    const places = readFileSync(join(ROOT, file), 'utf8').split(find).length - 1
    expect({ file, find, places }).toEqual({ file, find, places: 1 })
  }
})
