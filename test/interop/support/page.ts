import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../../..')
/** With INTEROP=write the pages are written from what is seen, instead of compared with it. */
export const WRITES = process.env['INTEROP'] === 'write'

export const textOfPage = (name: string): string => readFileSync(join(ROOT, name), 'utf8')

function rewrite(name: string, change: (text: string) => string): void {
  if (WRITES) writeFileSync(join(ROOT, name), change(textOfPage(name)))
}

const table = (name: string) =>
  new RegExp(`(?<=<!-- table: ${name} -->\n\n)[^]*?(?=\n+<!-- end of the table -->)`)

/** The rows of a table that a suite writes, by their first cell. */
export function rowsOf(page: string, name: string): Map<string, string[]> {
  const [text = ''] = table(name).exec(textOfPage(page)) ?? []
  const rows = text.split('\n').slice(2)
  const cells = rows.map((row) => row.split('|').slice(1, -1))
  return new Map(cells.map((row) => [row[0]?.trim() ?? '', row.map((cell) => cell.trim())]))
}

export function writeTable(page: string, name: string, head: string[], rows: string[][]): void {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |\n`
  const text = [line(head), `|${'---|'.repeat(head.length)}\n`, ...rows.map(line)]
    .join('')
    .trimEnd()
  rewrite(page, (before) => before.replace(table(name), () => text))
}

/** A file of the tests that a page shows whole, behind a comment with its path. */
const SHOWN = /(?<=<!-- (test\/interop\/\S+|examples\/\S+) -->\n\n```\w+\n)([^]*?)(?=```\n)/g

export function shownFiles(page: string): { file: string; shown: string; is: string }[] {
  return [...textOfPage(page).matchAll(SHOWN)].map(([, file = '', shown = '']) => ({
    file,
    shown,
    is: textOfPage(file),
  }))
}

export function writeShownFiles(page: string): void {
  rewrite(page, (text) => text.replaceAll(SHOWN, (_all, file: string) => textOfPage(file)))
}
