import { globSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { shownFiles, textOfPage, writeShownFiles } from './support/page.ts'

// The suite runs the files that the pages show: the very same.

const ROOT = join(import.meta.dirname, '../..')
const PAGES = ['docs/verify-without-the-guard.md', 'docs/gateways.md', 'docs/certificates.md']

describe.each(PAGES)('%s', (page) => {
  writeShownFiles(page)

  it.each(shownFiles(page))('shows $file as it is run', ({ shown, is }) => {
    expect(shown).toBe(is)
  })
})

it.each([
  ['docs/verify-without-the-guard.md', 'test/interop/verifiers/*'],
  ['docs/gateways.md', 'test/interop/gateways/*'],
  ['docs/certificates.md', 'test/interop/certificates/*'],
  ['docs/gateways.md', 'examples/forward-auth/{nginx.conf,Caddyfile}'],
])('%s leaves out none of %s', (page, files) => {
  const shown = new Set(shownFiles(page).map(({ file }) => file))
  expect(globSync(files, { cwd: ROOT }).filter((file) => !shown.has(file))).toEqual([])
  expect(textOfPage(page)).not.toContain('```\n```')
})
