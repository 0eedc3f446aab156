import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { unstable_readConfig as readConfig } from 'wrangler'
import { allPages, pageOf } from '../support/node/pages.ts'

// The lines that a page offers for wrangler.toml mean what it says wherever a reader puts them:
// TOML takes a key below a [table] for one of that table, and wrangler says nothing.

const ROOT = join(import.meta.dirname, '../..')
const OURS = readFileSync(join(ROOT, 'wrangler.toml'), 'utf8')

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-toml-'))
  cpSync(join(ROOT, 'wrangler.toml'), join(folder, 'wrangler.toml'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function configOf(text: string) {
  const config = join(folder, 'wrangler.toml')
  writeFileSync(config, text)
  return readConfig({ config }, { hideWarnings: true })
}

const blocks = allPages().flatMap(({ name, blocks: all }) =>
  all.filter(({ language }) => language === 'toml').map(({ text }) => ({ page: name, text })),
)

it.each(blocks)('of $page begins with a table, so that no other takes its keys', ({ text }) => {
  const first = text.split('\n').find((line) => !/^\s*(#|$)/.test(line))
  expect(first).toMatch(/^\[/)
})

it('of docs/deploy.md is what the folder to copy has', () => {
  const block = pageOf('docs/deploy.md').blocks.find(({ language }) => language === 'toml')
  const text = readFileSync(join(ROOT, 'examples/deploy/wrangler.toml'), 'utf8')
  expect(text).toContain(block?.text.trim())
})

it.each(['staging', 'production'])('of the folder to copy says what ours does, in %s', (name) => {
  const config = join(ROOT, 'examples/deploy/wrangler.toml')
  const theirs = readConfig({ config, env: name }, { hideWarnings: true })
  const ours = configOf(OURS)
  expect(theirs.compatibility_date).toBe(ours.compatibility_date)
  expect(theirs.compatibility_flags).toEqual(ours.compatibility_flags)
  for (const same of ['triggers', 'observability', 'send_email', 'minify'] as const) {
    expect(theirs[same]).toEqual(ours[same])
  }
  const names = ({ d1_databases, kv_namespaces }: typeof ours) =>
    [...d1_databases, ...kv_namespaces].map(({ binding }) => binding)
  expect(names(theirs)).toEqual(names(ours))
})
