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

const ROOT = join(import.meta.dirname, '..')

it('the files that are named for a part of the tests are there', () => {
  const named = [...LONG, ...SHORT_OF_E2E, ...SHORT_OF_PROOF]
  expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
})

it('what npm test leaves out, the rest runs', () => {
  for (const { project, only, without } of QUICK) {
    const rest = REST.find((part) => part.project === project)
    expect(only ?? rest?.only).toEqual(rest?.without ?? without)
  }
  const projects = REST.map(({ project }) => project).sort()
  expect(projects).toEqual(['browser', 'e2e', 'proof', 'unit'])
})

it('a part is a project, some of its files, or all but some', () => {
  expect(argumentsOf({ project: 'unit', only: ['a'] })).toEqual(['--project', 'unit', 'a'])
  const without = ['--project', 'unit', '--exclude', 'a', '--exclude', 'b']
  expect(argumentsOf({ project: 'unit', without: ['a', 'b'] })).toEqual(without)
})

it('every file of tests is one of exactly one project', () => {
  const projects = (config.test?.projects ?? []) as { test: { include: string[] } }[]
  const ran = projects.flatMap(({ test }) => test.include.flatMap((one) => filesOf(one)))
  expect(ran.sort()).toEqual(filesOf('test/**/*.test.{ts,tsx}').sort())
})

function filesOf(pattern: string): string[] {
  return globSync(pattern, { cwd: ROOT }).filter((file) => !file.includes('/node_modules/'))
}
