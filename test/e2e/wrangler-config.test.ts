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

it('of docs/deploy.md sets the address and the variables, at the end of the file', () => {
  const address = pageOf('docs/deploy.md').blocks.find(({ language }) => language === 'toml')
  const config = configOf(`${OURS}\n${address?.text}`)
  expect(config.routes).toEqual([{ pattern: 'auth.example.com', custom_domain: true }])
  expect(config.vars).toEqual({
    ISSUER: 'https://auth.example.com',
    ADMINISTRATORS: 'you@example.com',
  })
  expect(config.observability).toEqual(configOf(OURS).observability)
  expect(config.triggers).toEqual(configOf(OURS).triggers)
})
