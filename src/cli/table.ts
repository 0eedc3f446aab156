import { withoutForbiddenCharacters } from '../domain/text.ts'
import { type Colour, type Part, print } from './terminal.ts'

const GAP = '  '
const CUT_TO = 8

/** Cuts the column `elastic` if the terminal is too narrow. */
export function printTable(head: string[], rows: Part[][], elastic = -1): void {
  const cells = rows.map((row) => row.map(cellOf))
  const widths = head.map((title, i) =>
    Math.max(...[title, ...cells.map((row) => row[i]?.text ?? '')].map(widthOf)),
  )
  fit(widths, elastic)
  const heading = head.map((text): Cell => ({ text, colour: 'bold' }))
  for (const row of [heading, ...cells]) print(...partsOf(row, widths))
}

type Cell = { text: string; colour?: Colour }

/** One line: a line break in a name would forge a row. */
function cellOf(part: Part): Cell {
  const cell = typeof part === 'string' ? { text: part } : part
  return { ...cell, text: withoutForbiddenCharacters(cell.text) }
}

function fit(widths: number[], elastic: number): void {
  const columns = process.stdout.isTTY ? process.stdout.columns : 0
  const width = widths[elastic]
  if (!columns || width === undefined) return
  const total = widths.reduce((sum, one) => sum + one + GAP.length, -GAP.length)
  widths[elastic] = Math.min(width, Math.max(CUT_TO, width - (total - columns)))
}

function partsOf(row: Cell[], widths: number[]): Part[] {
  return row.flatMap(({ text, colour }, i) => {
    const width = widths[i] ?? 0
    const cut = cutTo(text, width)
    const isLast = i === row.length - 1
    const padding = isLast ? '' : ' '.repeat(width - widthOf(cut)) + GAP
    return [colour ? { text: cut, colour } : cut, padding]
  })
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u

/** In terminal columns: a character with its marks takes one, a wide character two. */
function widthOf(text: string): number {
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += WIDE.test(segment) ? 2 : 1
  return width
}

function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let cut = ''
  for (const { segment } of graphemes.segment(text)) {
    if (widthOf(cut + segment) > width - 1) break
    cut += segment
  }
  return `${cut}…`
}

/** Lines of names and their values, aligned. */
export function printFields(fields: [name: string, value: string | null][]): void {
  const width = Math.max(...fields.map(([name]) => name.length))
  for (const [name, value] of fields) {
    if (value === null) continue
    const [first = '', ...more] = value.split('\n')
    print({ text: name.padEnd(width), colour: 'bold' }, GAP, first)
    for (const line of more) print(' '.repeat(width), GAP, line)
  }
}
