import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import {
  argumentsOf,
  LONG,
  QUICK,
  REST,
  SHORT_OF_E2E,
  SHORT_OF_PROOF,
} from '../scripts/test-parts.ts'
import config from '../vitest.config.ts'
import { LONGEST } from './support/node/longest-first.ts'

const ROOT = join(import.meta.dirname, '..')

it('the files that are named for a part of the tests are there', () => {
  const named = [...LONG, ...LONGEST, ...SHORT_OF_E2E, ...SHORT_OF_PROOF]
  expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
})

it('what npm test leaves out, the rest runs', () => {
  const [unit, others] = QUICK
  const [restOfUnit, restOfOthers] = REST
  expect(restOfUnit).toEqual({ projects: ['unit'], only: unit?.without })
  expect(restOfOthers).toEqual({
    projects: [...(others?.projects ?? []), 'browser'],
    without: others?.only,
  })
  expect([QUICK.length, REST.length]).toEqual([2, 2])
  const named = (config.test?.projects ?? []) as { test: { name: string } }[]
  const projects = named.map(({ test }) => test.name).sort()
  expect(REST.flatMap((part) => part.projects).sort()).toEqual(projects)
})

it('a part is some projects, some of their files, or all but some', () => {
  expect(argumentsOf({ projects: ['unit'], only: ['a'] })).toEqual(['--project', 'unit', 'a'])
  const without = ['--project', 'unit', '--project', 'e2e', '--exclude', 'a', '--exclude', 'b']
  expect(argumentsOf({ projects: ['unit', 'e2e'], without: ['a', 'b'] })).toEqual(without)
})

it('every file of tests is one of exactly one project', () => {
  const projects = (config.test?.projects ?? []) as { test: { include: string[] } }[]
  const ran = projects.flatMap(({ test }) => test.include.flatMap((one) => filesOf(one)))
  expect(ran.sort()).toEqual(filesOf('test/**/*.test.{ts,tsx}').sort())
})

function filesOf(pattern: string): string[] {
  return globSync(pattern, { cwd: ROOT }).filter((file) => !file.includes('/node_modules/'))
}
