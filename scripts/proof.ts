import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printProof } from '../test/proof/print.ts'

// `npm run proof`: what `npm test` proves in little, at length, and what it found in one table.
// `npm run proof -- model races` runs these alone; `PROOF_RUNS_MODEL=20000` sets a figure of its part.

const root = join(import.meta.dirname, '..')

/** Each part by its name: the tests that it is, and how much of it is run here. */
const PARTS: Record<string, { command: string[]; env?: Record<string, string> }> = {
  model: { command: tests('test/proof/model/model.test'), env: { PROOF_RUNS_MODEL: '5000' } },
  defects: { command: tests('test/proof/model/defects.test'), env: { PROOF_DEFECTS: 'all' } },
  faults: { command: tests('test/proof/faults') },
  budget: { command: tests('test/proof/budget') },
  races: { command: tests('test/proof/races'), env: { PROOF_RUNS_RACES: '1000' } },
  gates: {
    command: tests('test/proof/gates'),
    env: {
      PROOF_RUNS_GATES: '500',
      PROOF_RUNS_MODEL_GATES: '5000',
      PROOF_RUNS_RACES_GATES: '1000',
    },
  },
  attacks: { command: tests('test/proof/canary'), env: { PROOF_REQUESTS_CANARY: '10000' } },
  load: { command: tests('test/proof/load'), env: { PROOF_SECONDS_LOAD: '60' } },
  mutation: { command: ['node', 'test/proof/mutation/run.ts', '--every', '10', '--goals'] },
}

function tests(filter: string): string[] {
  return ['vitest', 'run', '--project', 'proof', filter]
}

const names = process.argv.slice(2)
const unknown = names.filter((name) => !(name in PARTS))
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}: choose of ${Object.keys(PARTS).join(', ')}.`)
  process.exit(1)
}

const folder = mkdtempSync(join(tmpdir(), 'portcullis-proof-'))
const report = join(folder, 'report.jsonl')
const failed = (names.length > 0 ? names : Object.keys(PARTS)).filter((name) => !run(name))
printProof(report)
rmSync(folder, { recursive: true })
console.log(failed.length === 0 ? 'All of it holds.' : `FAILED: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1

function run(name: string): boolean {
  const { command, env } = PARTS[name] ?? { command: [], env: {} }
  const [program = '', ...args] = command
  const file = join(root, 'node_modules/.bin', program)
  const { status } = spawnSync(file, args, {
    cwd: root,
    stdio: 'inherit',
    // A figure that the caller sets takes precedence.
    env: { ...env, ...process.env, PROOF_REPORT: report },
  })
  return status === 0
}
