import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { BUDGET_DEFECTS } from '../budget/defects.ts'
import { DEFECTS } from './defects.ts'

const ROOT = join(import.meta.dirname, '../../..')

const ALL = [...DEFECTS, ...BUDGET_DEFECTS]

it.each(ALL)('has one place in the source, whatever was renamed there: $name', ({ edits }) => {
  for (const { file, find } of edits) {
    const places = readFileSync(join(ROOT, file), 'utf8').split(find).length - 1
    expect({ file, find, places }).toEqual({ file, find, places: 1 })
  }
})
