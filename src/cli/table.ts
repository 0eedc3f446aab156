import { withoutForbiddenCharacters } from '../domain/text.ts'
import { type Colour, coloured, print } from './terminal.ts'

export type Cell = string | { text: string; colour: Colour }

const GAP = '  '
const CUT_TO = 8

/**
 * A table of what the server sent. No name drives the terminal: control characters and marks that
 * reorder text come out as U+FFFD. On a terminal that is too narrow the column `elastic` is cut.
 */
export function printTable(head: string[], rows: Cell[][], elastic = -1): void {
  const cells = rows.map((row) => row.map(plain))
  const widths = head.map((title, i) =>
    Math.max(...[title, ...cells.map((row) => row[i]?.text ?? '')].map(widthOf)),
  )
  fit(widths, elastic)
  print(coloured(lineOf(head.map(plain), widths), 'bold'))
  for (const row of cells) print(lineOf(row, widths))
}

type PlainCell = { text: string; colour?: Colour }

function plain(cell: Cell): PlainCell {
  if (typeof cell === 'string') return { text: withoutForbiddenCharacters(cell) }
  return { ...cell, text: withoutForbiddenCharacters(cell.text) }
}

function fit(widths: number[], elastic: number): void {
  const columns = process.stdout.isTTY ? process.stdout.columns : 0
  const width = widths[elastic]
  if (!columns || width === undefined) return
  const total = widths.reduce((sum, one) => sum + one + GAP.length, -GAP.length)
  widths[elastic] = Math.min(width, Math.max(CUT_TO, width - (total - columns)))
}

function lineOf(row: PlainCell[], widths: number[]): string {
  const parts = row.map(({ text, colour }, i) => {
    const width = widths[i] ?? 0
    const cut = cutTo(text, width)
    const shown = colour ? coloured(cut, colour) : cut
    return i === row.length - 1 ? shown : shown + ' '.repeat(width - widthOf(cut))
  })
  return parts.join(GAP).trimEnd()
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u

/** In the columns of a terminal: a character with its marks is one, a wide one two. */
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

/** Lines of a name and what it stands for, under each other. */
export function printFields(fields: [name: string, value: string | null][]): void {
  const width = Math.max(...fields.map(([name]) => name.length))
  for (const [name, value] of fields) {
    if (value === null) continue
    const [first = '', ...more] = value.split('\n').map(withoutForbiddenCharacters)
    print(`${coloured(name.padEnd(width), 'bold')}${GAP}${first}`)
    for (const line of more) print(' '.repeat(width) + GAP + line)
  }
}
