import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { csvCell, csvLine } from '../../src/console/activity/csv.ts'
import { RUNS } from '../domain/arbitraries.ts'

it.each([
  ['plain', '"plain"'],
  ['', '""'],
  ['a,b', '"a,b"'],
  ['a"b', '"a""b"'],
  ['a\r\nb', '"a\r\nb"'],
  ['a-b=c + d@e.example', '"a-b=c + d@e.example"'],
  ['Müller 北京', '"Müller 北京"'],
  ['{"a":[1,-1],"b":"=c"}', '"{""a"":[1,-1],""b"":""=c""}"'],
])('writes %j as the cell %j', (text, cell) => {
  expect(csvCell(text)).toBe(cell)
})

it.each([
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  [' =1', "' =1"],
  ['\u00a0\u3000=1', "'\u00a0\u3000=1"],
  ['\u200b\u2800=1', "'\u200b\u2800=1"],
  ['\n=1', "\n'=1"],
  ['a\r\n =1', "a\r\n' =1"],
  ['\u2028=1', "\u2028'=1"],
  ['\tx', "'\tx"],
  [' \rx', "' \rx"],
  ['＝1', "'＝1"],
  ['＋1', "'＋1"],
  ['－1', "'－1"],
  ['＠A1', "'＠A1"],
  ['﹦1', "'﹦1"],
  ['−1', "'−1"],
  ['x;=1+1', "x;'=1+1"],
  ['x; =1;-2', "x;' =1;'-2"],
  ['x\t=1', "x\t'=1"],
  ['x|@A1', "x|'@A1"],
  ['x;"=1', `x;'"=1`],
  ['"=1', `'"=1`],
  ["'=1", "''=1"],
])('makes text of the formula %j', (text, safe) => {
  expect(csvCell(text)).toBe(`"${safe.replaceAll('"', '""')}"`)
})

const QUOTED = { separator: ',', quotes: true }

/** Rows as a spreadsheet reads them: quotes count only at the start of a cell. */
function cellsIn(text: string, { separator, quotes }: typeof QUOTED): string[] {
  const cells: string[] = []
  for (let i = 0; i < text.length; i++) {
    let cell = ''
    if (quotes && text[i] === '"') {
      for (i++; i < text.length && (text[i] !== '"' || text[i + 1] === '"'); i++) {
        if (text[i] === '"') i++
        cell += text[i]
      }
      i++
    }
    for (; i < text.length && text[i] !== separator && !/[\r\n]/.test(text[i] ?? ''); i++) {
      cell += text[i]
    }
    cells.push(cell)
    if (text[i] === '\r' && text[i + 1] === '\n') i++
  }
  return cells
}

const tricky = fc.string({
  unit: fc.constantFrom(...'=+-@＝−;,|"\'\t\r\n \u3000\u200b\u2800\u2028a1', '北', '👩‍🚀'),
  maxLength: 12,
})
const cell = fc.oneof(tricky, fc.string({ unit: 'grapheme' }))
const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 3 }))

/** The rest of a text after the characters of another were removed from it, in their order. */
function addedTo(original: string, read: string): string {
  let [added, at] = ['', 0]
  for (const unit of read) {
    if (original.startsWith(unit, at)) at += unit.length
    else added += unit
  }
  expect(at).toBe(original.length)
  return added
}

it('is read back as it was, but for apostrophes before formulas', () => {
  fc.assert(
    fc.property(rows, (all) => {
      const cells = all.flat()
      const read = cellsIn(all.map(csvLine).join(''), QUOTED)
      expect(read).toHaveLength(cells.length)
      for (const [i, cell] of cells.entries()) {
        const added = addedTo(cell, read[i] ?? '')
        expect(added).toMatch(/[=+\-@\t\r−]/u.test(cell.normalize('NFKC')) ? /^'*$/ : /^$/)
      }
    }),
    { ...RUNS, numRuns: 1000 },
  )
})

it.each([
  { separator: ',', quotes: true },
  { separator: ';', quotes: true },
  { separator: '\t', quotes: true },
  { separator: '|', quotes: true },
  { separator: ';', quotes: false },
])('has no formula for a spreadsheet that reads it with %j', (dialect) => {
  const formula = /^[\s\u200b\u2800"]*[=+\-@]/u
  fc.assert(
    fc.property(rows, (all) => {
      for (const cell of cellsIn(all.map(csvLine).join(''), dialect)) {
        expect(cell.normalize('NFKC').replaceAll('−', '-')).not.toMatch(formula)
      }
    }),
    { ...RUNS, numRuns: 1000 },
  )
})
