import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

// The sums of docs/costs.md follow from its own tables, and what a request takes is what was measured.

const read = (file: string) => readFileSync(join(import.meta.dirname, '../..', file), 'utf8')
const PAGE = read('docs/costs.md')

/** The rows of the table beneath a heading, each by its first cell. */
function tableOf(heading: string): [name: string, cells: string[]][] {
  const [, section = ''] = PAGE.split(`\n## ${heading}\n`)
  const lines = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('|'))
  return lines.slice(2).map((line) => {
    const [name = '', ...cells] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim())
    return [name, cells]
  })
}

const numbersOf = (cells: string[]) => cells.map((cell) => Number.parseFloat(cell))
const taken = new Map(
  tableOf('What a request takes').map(([name, cells]) => [name, numbersOf(cells)]),
)
const prices = tableOf('The prices')
  .slice(1)
  .map(([, cells]) => numbersOf(cells))
const CRON_RUNS = 60 * 24 * 30

/** The number in a column of the first table: Worker requests, CPU, rows read, rows written. */
const takes = (name: string, column: number) => taken.get(name)?.[column] ?? Number.NaN

/** Dollars for so many tokens, introspections and reads of the denylist, and so many gigabytes. */
function billOf([tokens = 0, introspections = 0, reads = 0, gigabytes = 0]: number[]): number {
  const counts = { token: tokens, introspection: introspections, denylist: reads, cron: CRON_RUNS }
  const used = [0, 1, 2, 3, 4].map((column) =>
    Object.entries(counts).reduce(
      (sum, [name, n]) => sum + n * (taken.get(name)?.[column] ?? Number.NaN),
      0,
    ),
  )
  const units = [...used.map((n) => n / 1e6), gigabytes]
  const billed = prices.map(([included = Number.NaN, price = Number.NaN], i) => {
    const free = i < used.length ? included / 1e6 : included
    return Math.max(0, (units[i] ?? Number.NaN) - free) * price
  })
  return 5 + billed.reduce((sum, dollars) => sum + dollars, 0)
}

it.each(tableOf('What that comes to'))('is what it comes to: %s', (_, cells) => {
  const numbers = numbersOf(cells)
  expect(billOf(numbers).toFixed(2)).toBe(numbers.at(-1)?.toFixed(2))
})

it('says what the Free plan has left, by the same table', () => {
  const [, section = ''] = PAGE.replaceAll(/\s+/g, ' ').split('## The Free plan ')
  const [, ofCron, ofRest] = /cron takes (.*?) of the first three\.(.*?)\. When/.exec(section) ?? []
  const numbersIn = (text = '') =>
    [...text.matchAll(/\d[\d,]*/g)].map(([digits]) => Number(digits.replaceAll(',', '')))
  const [runs, read, written] = [0, 2, 3].map((column) => 60 * 24 * takes('cron', column))
  expect(numbersIn(ofCron)).toEqual([runs, read, written])
  const left = [5e6 - (read ?? 0), 1e5 - (written ?? 0)] as const
  const many = [
    left[0] / takes('token', 2),
    left[0] / takes('introspection', 2),
    left[1] / takes('token', 3),
  ]
  expect(numbersIn(ofRest)).toEqual(many.map((n) => Math.floor(n / 100) * 100))
})

it('has as many prices as things that are billed', () => {
  expect([prices.length, taken.size]).toEqual([6, 4])
})

it.each([
  ['token', 'token, noted as the last use'],
  ['introspection', 'introspection, by secret'],
])('takes what was measured: %s', (name, measured) => {
  const row = read('docs/growth.md')
    .split('\n')
    .find((line) => line.startsWith(`| ${measured} |`))
  const [, , written, rows] = (row ?? '').split('|').slice(1).map(Number)
  const [, , rowsRead, rowsWritten] = taken.get(name) ?? []
  expect([rowsRead, rowsWritten]).toEqual([rows, written])
})
