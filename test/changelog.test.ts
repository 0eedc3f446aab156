import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const read = (file: string) => readFileSync(join(import.meta.dirname, '..', file), 'utf8')
const versions = [...read('CHANGELOG.md').matchAll(/^## (\S+)(?: \((\d{4}-\d\d-\d\d)\))?$/gm)]

it('the changelog begins with what is not released yet, or with the version of the package', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string }
  const first = versions.map(([, name]) => name).find((name) => name !== 'Unreleased')
  expect(first).toBe(version)
})

it('the changelog names the last migration of its newest version', () => {
  const [, last = ''] = /^Apply the migrations up to `(\d{4})`/m.exec(read('CHANGELOG.md')) ?? []
  const { entries } = JSON.parse(read('migrations/meta/_journal.json')) as {
    entries: { tag: string }[]
  }
  expect(entries.at(-1)?.tag.startsWith(`${last}_`)).toBe(true)
})
