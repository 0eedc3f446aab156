import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { JOBS } from '../../src/actions/scheduled/jobs.ts'

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8')

it('docs/operations.md says of every job of the cron what it does, and of no other', () => {
  const [, section = ''] = /^## What the cron does\n([^]*?)^## /m.exec(PAGE) ?? []
  const rows = section.split('\n').filter((line) => line.startsWith('| `'))
  const named = rows.flatMap((row) => row.split(' | ')[0]?.match(/(?<=`)\w+(?=`)/g) ?? [])
  expect(named.toSorted()).toEqual(JOBS.map(({ name }) => name).toSorted())
})
