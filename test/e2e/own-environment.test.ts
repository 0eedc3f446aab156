import { execFile } from 'node:child_process'
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createTestHarness,
  type TestHarnessOptions,
  unstable_getMiniflareWorkerOptions as optionsOf,
} from 'wrangler'
import { apart, configApart } from '../support/node/apart.ts'
import { copyOfProject } from '../support/node/start.ts'

const ROOT = join(import.meta.dirname, '../..')

/** Variables that a developer may set locally, and with which no test could pass. */
const LOCAL = `CLOSED="true"
BOOTSTRAP_TOKEN="somebody-elses-token-0123456789-0123456789"
ISSUER="http://elsewhere.example/"
REQUIRE_IF_MATCH="true"
PEPPER="nonsense"
`

const INLINE = {
  name: 'inline',
  main: 'src/worker.ts',
  compatibility_date: '2026-10-20',
}

const secrets = { PEPPER: 'of the test' }
const STARTED: [how: string, worker: TestHarnessOptions['workers'][number]][] = [
  ['by a file', { configPath: 'wrangler.toml', secrets }],
  ['inline', { config: INLINE, secrets }],
]

describe('what a developer runs locally', () => {
  let copy = ''
  beforeAll(() => {
    copy = copyOfProject()
    for (const name of ['.dev.vars', '.env', '.env.local']) writeFileSync(join(copy, name), LOCAL)
  })
  afterAll(() => rmSync(copy, { recursive: true }))

  it('would be the environment of the tests for workerd, and is not', () => {
    const closed = (path: string) =>
      (optionsOf(path).workerOptions.bindings as Record<string, unknown>)['CLOSED']
    expect(closed(join(copy, 'wrangler.toml'))).toBe('true')
    expect(closed(configApart(copy, join(copy, '.wrangler/apart')))).toBe(undefined)
  })

  it('leaves their files passing', { timeout: 600_000 }, async () => {
    const vitest = join(copy, 'node_modules/vitest/vitest.mjs')
    const out = join(copy, 'report.json')
    const words = ['run', '--project', 'unit', '--reporter', 'json', '--outputFile', out]
    const ofShell = { CLOUDFLARE_INCLUDE_PROCESS_ENV: 'true', CLOSED: 'true' }
    const env = { PATH: process.env['PATH'], HOME: copy, ...ofShell }
    const args = [vitest, ...words, 'test/http/revocation.test.ts']
    // Its report says what failed.
    await promisify(execFile)(process.execPath, args, { cwd: copy, env }).catch(() => null)
    const report = JSON.parse(readFileSync(out, 'utf8')) as Record<string, number>
    expect(report['numPassedTests']).toBeGreaterThan(3)
    expect(report['numFailedTests']).toBe(0)
  })

  it.each(STARTED)(
    'is not the environment of a Worker that a test starts %s',
    async (_, worker) => {
      const harness = createTestHarness(apart({ root: copy, workers: [worker] }))
      await harness.listen()
      const env = await harness.getWorker().getEnv()
      await harness.close()
      expect(env).toMatchObject({ PEPPER: 'of the test' })
      expect(Object.keys(env as object).filter((name) => LOCAL.includes(`${name}=`))).toEqual([
        'PEPPER',
      ])
    },
  )
})

it('every Worker of a test, a proof or a bench is started apart from it', () => {
  const files = globSync(['test/**/*.ts', 'bench/**/*.ts'], { cwd: ROOT })
  const textOf = (file: string) => readFileSync(join(ROOT, file), 'utf8')
  const starting = files.filter((file) =>
    /createTestHarness\(|harness\.update\(/.test(textOf(file)),
  )
  expect(starting.length).toBeGreaterThan(5)
  const others = starting.filter((file) => !/\bapart\(/.test(textOf(file)))
  // The projects of a test that installs the package are made in a folder of its own.
  expect(others).toEqual(['test/e2e/installed.test.ts'])
})
