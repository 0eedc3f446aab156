import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { OUTCOME_FILE } from '../scripts/outcome-reporter.ts'

const ROOT = join(import.meta.dirname, '..')

const TESTS = `import { beforeAll, describe, expect, it } from 'vitest'
it('passes', () => expect(1).toBe(1))
it('differs', () => expect({ a: 1 }).toEqual({ a: 2 }))
it('says much', () => { throw new Error('1\\n2\\n3\\n4\\n5\\n6\\n7') })
it.skip('is skipped', () => {})
describe('with a hook', () => {
  beforeAll(() => { throw new Error('the hook fails') })
  it('is not run', () => {})
})`

it('what failed is named with the first lines of why, and what is skipped has not passed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-outcome-'))
  try {
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    writeFileSync(join(folder, 'some.test.ts'), TESTS)
    writeFileSync(join(folder, 'broken.test.ts'), 'throw new Error("it cannot be loaded")')
    const outcome = join(folder, 'outcome.json')
    const reporter = join(ROOT, 'scripts/outcome-reporter.ts')
    const words = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', `--reporter=${reporter}`]
    const env = { PATH: process.env['PATH'], [OUTCOME_FILE]: outcome }
    spawnSync(process.execPath, words, { cwd: folder, env })
    const { passed, failed } = JSON.parse(readFileSync(outcome, 'utf8')) as Record<string, unknown>
    expect(passed).toBe(1)
    expect((failed as string[]).toSorted()).toEqual([
      'broken.test.ts\n  it cannot be loaded',
      'some.test.ts > differs (failed)\n  expected { a: 1 } to deeply equal { a: 2 }\n  -   "a": 2,\n  +   "a": 1,',
      'some.test.ts > is skipped (skipped)',
      'some.test.ts > says much (failed)\n  1\n  2\n  3\n  4\n  5\n  6',
      'some.test.ts > with a hook\n  the hook fails',
      'some.test.ts > with a hook > is not run (skipped)',
    ])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
