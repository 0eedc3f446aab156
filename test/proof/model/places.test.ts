import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { DEFECTS } from './defects.ts'

const ROOT = join(import.meta.dirname, '../../..')

it.each(DEFECTS)('has one place in the source, whatever was renamed there: $name', ({ edits }) => {
  for (const { file, find } of edits) {
    const places = readFileSync(join(ROOT, file), 'utf8').split(find).length - 1
    expect({ file, find, places }).toEqual({ file, find, places: 1 })
  }
})
