import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import * as forExpress from '../../src/guard/express.ts'
import * as forFastify from '../../src/guard/fastify.ts'
import * as guard from '../../src/guard/index.ts'
import * as mcp from '../../src/guard/mcp.ts'
import * as testing from '../../src/testing/index.ts'
import { pageOf } from '../support/node/pages.ts'

const ROOT = join(import.meta.dirname, '../..')
const PAGE = readFileSync(join(ROOT, 'docs/guard.md'), 'utf8')
const rows = PAGE.split('\n').filter((line) => line.startsWith('|'))

/** Those of a type's members that stand in no row of a table. */
function missingMembers(file: string, type: string): string[] {
  const text = readFileSync(join(ROOT, 'src', file), 'utf8')
  const [, body = ''] = new RegExp(`type ${type} = [^{]*{\\n([^]*?)\\n}`).exec(text) ?? []
  const names = [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm)].map(
    ([, name]) => name ?? '',
  )
  expect(names.length).toBeGreaterThan(2)
  return names.filter((name) => !rows.some((row) => new RegExp(`\`${name}[(\`]`).test(row)))
}

it.each([
  ['guard/options.ts', 'IssuerOptions'],
  ['guard/options.ts', 'ApiOptions'],
  ['guard/options.ts', 'DpopOptions'],
  ['domain/token.ts', 'TokenClaims'],
  ['testing/test-issuer.ts', 'TestIssuerOptions'],
  ['testing/test-issuer.ts', 'TestIssuer'],
  ['testing/test-token.ts', 'TestTokenOptions'],
])('the page of the guard has a row for each member of %s %s', (file, type) => {
  expect(missingMembers(file, type)).toEqual([])
})

it('the page names everything that the entries export', () => {
  const names = [guard, forExpress, forFastify, mcp, testing].flatMap((entry) => Object.keys(entry))
  expect(names.filter((name) => !rows.some((row) => row.includes(`\`${name}`)))).toEqual([])
})

it('the example of a test on the page passes as it stands there', () => {
  const example = pageOf('docs/guard.md').blocks.find(({ text }) => text.includes("from 'vitest'"))
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-example-'))
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'invoices.test.ts'), example?.text ?? '')
  const alias = Object.fromEntries(
    ['guard', 'testing'].map((name) => [`portcullis/${name}`, join(ROOT, 'src', name, 'index.ts')]),
  )
  writeFileSync(
    join(folder, 'vitest.config.mjs'),
    `export default { resolve: { alias: ${JSON.stringify(alias)} } }`,
  )
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
  const file = join(folder, 'report.json')
  const args = [vitest, 'run', '--root', folder, '--reporter=json', `--outputFile=${file}`]
  execFileSync(process.execPath, args, { stdio: 'ignore' })
  const report = JSON.parse(readFileSync(file, 'utf8')) as {
    numPassedTests: number
    numTotalTests: number
  }
  rmSync(folder, { recursive: true })
  expect([report.numPassedTests, report.numTotalTests]).toEqual([1, 1])
})
