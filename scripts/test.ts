import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Every check there is, each run whatever became of those before it. The last line counts them.

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'portcullis-test-'))

const CHECKS: [name: string, command: string[]][] = [
  ['types of src', ['tsc', '-p', '.']],
  ['types of the command line', ['tsc', '-p', 'src/cli']],
  ['types of the tests in workerd', ['tsc', '-p', 'test']],
  ['types of the tests and scripts in Node', ['tsc', '-p', 'tsconfig.node.json']],
  ['types of the proof', ['tsc', '-p', 'test/proof']],
  ['types of the doubles in Node', ['tsc', '-p', 'test/doubles/node']],
  ['types of the browser tests', ['tsc', '-p', 'test/browser']],
  ['types of examples/host', ['tsc', '-p', 'examples/host']],
  ['types of examples/api', ['tsc', '-p', 'examples/api']],
  ['types of examples/express', ['tsc', '-p', 'examples/express']],
  ['lint', ['oxlint', '--type-aware', '--deny-warnings']],
  ['format', ['biome', 'format', '.']],
  ['lint of the OpenAPI description', ['redocly', 'lint', 'openapi/openapi.json']],
]

const counts = { passed: 0, failed: 0 }

for (const [name, command] of CHECKS) {
  const ok = run(command) === 0
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}`)
  count(ok ? 1 : 0, ok ? 0 : 1)
}
for (const project of ['unit', 'proof', 'e2e', 'browser']) runTests(project)

rmSync(folder, { recursive: true })
console.log(`${counts.passed} passed, ${counts.failed} failed`)
process.exitCode = counts.failed === 0 ? 0 : 1

function runTests(project: string): void {
  const report = join(folder, `${project}.json`)
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`]
  const status = run(['vitest', 'run', '--project', project, ...reporters])
  const { passed, failed, skipped } = readReport(report)
  // A suite that could not even be loaded has no test that failed; a skipped test has not passed.
  const untold = status !== 0 && failed === 0 ? 1 : 0
  count(passed, failed + skipped + untold)
}

function readReport(report: string): { passed: number; failed: number; skipped: number } {
  try {
    const json = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>
    return {
      passed: json['numPassedTests'] ?? 0,
      failed: json['numFailedTests'] ?? 0,
      skipped: (json['numPendingTests'] ?? 0) + (json['numTodoTests'] ?? 0),
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    return { passed: 0, failed: 1, skipped: 0 }
  }
}

function run([program = '', ...args]: string[]): number {
  return (
    spawnSync(join(root, 'node_modules/.bin', program), args, { cwd: root, stdio: 'inherit' })
      .status ?? 1
  )
}

function count(passed: number, failed: number): void {
  counts.passed += passed
  counts.failed += failed
}
