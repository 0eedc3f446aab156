import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')

/** Real defects of others, none of which may be repeated here. */
const ADVISORIES = [
  'CVE-2020-15223',
  'CVE-2024-47077',
  'CVE-2024-52287',
  'CVE-2025-61928',
  'CVE-2025-64521',
  'CVE-2025-64708',
  'CVE-2026-18208',
  'CVE-2026-22817',
  'CVE-2026-22818',
  'CVE-2026-2733',
  'CVE-2026-27840',
  'CVE-2026-37979',
  'CVE-2026-39356',
  'CVE-2026-41427',
  'CVE-2026-44699',
  'CVE-2026-47673',
  'CVE-2026-54290',
  'CVE-2026-9705',
]

type Row = { attack: string; file: string; title: string }

const ROWS: Row[] = read('test/attacks/README.md')
  .split('\n')
  .flatMap((line) => {
    const [, attack = '', file = '', title = ''] =
      /^\| (.+) \| `([^`]+)` \| (.+) \|$/.exec(line) ?? []
    return file === '' ? [] : [{ attack, file, title }]
  })

/** How a test begins: `it('title'`, `it.each([...])('title'`, or with a template. */
const isTitleIn = (text: string, title: string) =>
  text
    .split('\n')
    .some((line) => line.includes(title) && /(^\s*(it|describe)\b.*|\)\(|^\s*)['"`]/.test(line))

it('names an attack, a file and a test in each row', () => {
  const lines = read('test/attacks/README.md').split('\n')
  const body = lines.filter(
    (line) => line.startsWith('| ') && !/^\| (attack|advisory) \|/.test(line),
  )
  expect(ROWS.length).toBeGreaterThan(40)
  expect(ROWS).toHaveLength(body.length)
})

it.each(ROWS)('$attack: $title', ({ file, title }) => {
  expect(existsSync(join(ROOT, file)), file).toBe(true)
  expect(isTitleIn(read(file), title), `${file} has no test: ${title}`).toBe(true)
})

it.each(ADVISORIES)('%s has a row, and a test that bears its number', (advisory) => {
  const rows = ROWS.filter(({ attack }) => new RegExp(`${advisory}(?!\\d)`).test(attack))
  expect(rows.length).toBeGreaterThan(0)
  expect(rows.some(({ title }) => title.startsWith(`${advisory}: `))).toBe(true)
})

it('knows a title from a text that merely says the same', () => {
  expect(isTitleIn("it('does a thing', () => {", 'does a thing')).toBe(true)
  expect(isTitleIn('// does a thing', 'does a thing')).toBe(false)
})
