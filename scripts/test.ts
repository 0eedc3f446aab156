import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OPENAPI_TEXT } from '../src/http/reference/openapi-text.ts'
import { OUTCOME_FILE, type Outcome } from './outcome-reporter.ts'
import { argumentsOf, QUICK, REST } from './test-parts.ts'

// Checks and tests, each run whatever became of those before it; the last lines name what failed, and count.
// `npm test`: what every change must pass. `npm test -- test/http/worker.test.ts`: these files alone.
// `npm run test:rest`: what `npm test` leaves out. `npm run test:all`: everything.
// `npm run types` and `npm run lint`: the checks alone.

const args = process.argv.slice(2)
const files = args.filter((arg) => !arg.startsWith('--'))
const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'portcullis-test-'))

/** As the Worker carries it, in lines that a complaint can name. */
const description = join(folder, 'openapi.json')
writeFileSync(description, JSON.stringify(JSON.parse(OPENAPI_TEXT), null, 2))

type Check = [name: string, command: string[]]

/** All projects at once. What has not changed since the last run is not checked again. */
const TYPES: Check[] = [['types', ['tsc', '-b', 'tsconfig.all.json']]]

const LINT: Check[] = [
  ['lint', ['oxlint', '--type-aware', '--deny-warnings']],
  ['format', ['biome', 'format', '.']],
  ['lint of the OpenAPI description', ['redocly', 'lint', description]],
]

const counts = { passed: 0, failed: 0 }
const failures: string[] = []

if (files.length > 0) runTests('files', files)
else if (args.includes('--types')) runChecks(TYPES)
else if (args.includes('--lint')) runChecks(LINT)
else {
  const isRest = args.includes('--rest')
  if (!isRest) runChecks([...TYPES, ...LINT])
  const parts = isRest ? REST : args.includes('--all') ? [...QUICK, ...REST] : QUICK
  for (const part of parts) runTests(part.projects.join('-'), argumentsOf(part))
}

rmSync(folder, { recursive: true })
for (const failure of failures) console.log(`FAILED ${failure}`)
console.log(`${counts.passed} passed, ${counts.failed} failed`)
process.exitCode = counts.failed === 0 ? 0 : 1

function runChecks(checks: Check[]): void {
  for (const [name, command] of checks) runCheck(name, command)
}

function runCheck(name: string, command: string[]): void {
  const ok = run(command) === 0
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}`)
  count(ok ? 1 : 0, ok ? [] : [name])
}

function runTests(name: string, which: string[]): void {
  const file = join(folder, `${name}.json`)
  const shown = files.length === 0 ? 'dot' : 'default'
  const reporters = [`--reporter=${shown}`, '--reporter=./scripts/outcome-reporter.ts']
  const status = run(['vitest', 'run', ...which, ...reporters], { [OUTCOME_FILE]: file })
  const { passed, failed, slowest } = outcomeIn(file)
  if (files.length === 0) console.log(`Slowest: ${slowest.join(', ')}`)
  // Vitest itself may have ended.
  count(passed, status !== 0 && failed.length === 0 ? [`the run of ${name}`] : failed)
}

function outcomeIn(file: string): Outcome {
  if (!existsSync(file)) return { passed: 0, failed: [], slowest: [] }
  return JSON.parse(readFileSync(file, 'utf8')) as Outcome
}

function run([program = '', ...args]: string[], more: Record<string, string> = {}): number {
  const env = { ...process.env, ...more }
  return (
    spawnSync(join(root, 'node_modules/.bin', program), args, { cwd: root, stdio: 'inherit', env })
      .status ?? 1
  )
}

function count(passed: number, failed: string[]): void {
  counts.passed += passed
  counts.failed += failed.length
  failures.push(...failed)
}
