import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { testLengths } from './support/node/lengths.ts'

// CONTRIBUTING.md: what is longer is several files, or several tests.

const MOST_LINES_OF_A_FILE = 400
const MOST_LINES_OF_A_TEST = 60

const files = globSync('**/*.{ts,tsx}', { cwd: import.meta.dirname })
  .filter((file) => !file.includes('node_modules'))
  .map((file) => ({ file, source: readFileSync(join(import.meta.dirname, file), 'utf8') }))

it('no file of the tests has more than 400 lines', () => {
  const long = files
    .map(({ file, source }) => ({ file, lines: source.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > MOST_LINES_OF_A_FILE)
  expect(long).toEqual([])
})

it('no test has more than 60 lines', () => {
  const long = files.flatMap(({ file, source }) =>
    testLengths(file, source)
      .filter(({ lines }) => lines > MOST_LINES_OF_A_TEST)
      .map((test) => ({ file, ...test })),
  )
  expect(long).toEqual([])
})

it('a test is found however it is defined, and a group of tests is none', () => {
  const source = `
    describe('a group', () => {
      it('one', () => {
        expect(1).toBe(1)
      })
      it.each([1, 2])('each %i', async (n) => {})
      test('last', { timeout: 1 }, function () {
      })
    })`
  expect(testLengths('a.test.ts', source)).toEqual([
    { name: "'one'", lines: 3 },
    { name: "'each %i'", lines: 1 },
    { name: "'last'", lines: 2 },
  ])
})
