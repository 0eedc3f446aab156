import { execFile } from 'node:child_process'
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { copyOfProject } from '../support/node/start.ts'

const ROOT = join(import.meta.dirname, '../..')

/** What somebody may run locally, and no test could pass with. */
const LOCAL = `CLOSED="true"
BOOTSTRAP_TOKEN="somebody-elses-token-0123456789-0123456789"
ISSUER="http://elsewhere.example/"
REQUIRE_IF_MATCH="true"
PEPPER="nonsense"
`

describe('what a developer runs locally', () => {
  let copy = ''
  beforeAll(() => {
    copy = copyOfProject()
    for (const name of ['.dev.vars', '.env', '.env.local']) writeFileSync(join(copy, name), LOCAL)
  })
  afterAll(() => rmSync(copy, { recursive: true }))

  it.each([
    ['unit', 'test/http/revocation.test.ts'],
    ['e2e', 'test/interop/oauth4webapi.test.ts'],
  ])('is not the environment of the tests of %s', async (project, file) => {
    const vitest = join(copy, 'node_modules/vitest/vitest.mjs')
    const out = join(copy, `${project}.json`)
    const words = ['run', '--project', project, '--reporter', 'json', '--outputFile', out, file]
    const env = {
      PATH: process.env['PATH'],
      HOME: copy,
      CLOUDFLARE_INCLUDE_PROCESS_ENV: 'true',
      CLOSED: 'true',
    }
    const run = promisify(execFile)(process.execPath, [vitest, ...words], { cwd: copy, env })
    // What failed is in its report.
    await run.catch(() => null)
    const report = JSON.parse(readFileSync(out, 'utf8')) as Record<string, number>
    const { numPassedTests, numFailedTests } = report
    expect(numPassedTests).toBeGreaterThan(3)
    expect(numFailedTests).toBe(0)
  })

  it('is left as it is', () => {
    expect(readFileSync(join(copy, '.dev.vars'), 'utf8')).toBe(LOCAL)
    expect(existsSync(join(copy, '.wrangler/apart/.dev.vars'))).toBe(false)
  })
})

it('every Worker of a test, a proof or a bench is started apart from it', () => {
  const files = globSync(['test/**/*.ts', 'bench/**/*.ts'], { cwd: ROOT })
  const starting = files.filter((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8')
    return (
      /createTestHarness\(|harness\.update\(/.test(text) &&
      !file.endsWith('own-environment.test.ts')
    )
  })
  expect(starting.length).toBeGreaterThan(5)
  const others = starting.filter(
    (file) => !/\bapart\(/.test(readFileSync(join(ROOT, file), 'utf8')),
  )
  // The projects of a test that installs the package are made in a folder of its own.
  expect(others).toEqual(['test/e2e/installed.test.ts'])
})
