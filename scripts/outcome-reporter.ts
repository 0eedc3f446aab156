import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node'

// For Vitest: writes what passed, and what failed and why, to the file that this variable names.

export const OUTCOME_FILE = 'TEST_OUTCOME_FILE'

export type Outcome = {
  passed: number
  failed: string[]
  /** The files that took longest, in seconds. */
  slowest: string[]
}

const SLOWEST = 20

export default class OutcomeReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    // A skipped test has not passed.
    const failed = tests.filter((test) => test.result().state !== 'passed')
    const outcome: Outcome = {
      passed: tests.length - failed.length,
      failed: [
        ...modules.flatMap(brokenSuites),
        ...failed.map(lineOf),
        ...unhandled.map((error) => `outside of a test${reasonOf(error)}`),
      ],
      slowest: modules
        .map((module) => ({ file: fileOf(module), ms: timeOf(module) }))
        .sort((a, b) => b.ms - a.ms)
        .slice(0, SLOWEST)
        .map(({ file, ms }) => `${file} ${Math.round(ms / 1000)} s`),
    }
    const file = process.env[OUTCOME_FILE]
    if (file !== undefined) writeFileSync(file, JSON.stringify(outcome))
  }
}

/** Files that could not be loaded, and hooks that failed: their tests are not run. */
function brokenSuites(module: TestModule): string[] {
  const suites = [...module.children.allSuites()].flatMap((suite) =>
    suite.errors().map((error) => `${fileOf(module)} > ${suite.fullName}${reasonOf(error)}`),
  )
  return [...module.errors().map((error) => `${fileOf(module)}${reasonOf(error)}`), ...suites]
}

function lineOf(test: TestCase): string {
  const { state, errors } = test.result()
  const said = state === 'pending' ? 'not run' : state
  return `${fileOf(test.module)} > ${test.fullName} (${said})${reasonOf(errors?.[0])}`
}

const fileOf = ({ moduleId }: TestModule) => relative(process.cwd(), moduleId)

function timeOf(module: TestModule): number {
  const { duration, setupDuration, collectDuration } = module.diagnostic()
  return duration + setupDuration + collectDuration
}

const LINES = 6

type Failure = { message?: string; diff?: string }

/** Tells why in a few lines: often only the end of a run's output is kept. */
function reasonOf(error: Failure | undefined): string {
  if (!error) return ''
  const { message = '', diff = '' } = error
  const lines = [...someLines(message, /./), ...someLines(diff, /^[-+] (?!Expected|Received)/)]
  return lines.map((line) => `\n  ${line.slice(0, 300)}`).join('')
}

function someLines(text: string, wanted: RegExp): string[] {
  const lines = stripVTControlCharacters(text).split('\n')
  return lines.filter((line) => wanted.test(line)).slice(0, LINES)
}
