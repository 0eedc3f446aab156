// White space, invisible characters and quotation marks: a spreadsheet may drop them at the start.
const UNSEEN = String.raw`[[\s\p{C}\p{Default_Ignorable_Code_Point}\u2800"']--[\t\n\v\f\r\u0085\u2028\u2029;\|]]*`

// Full-width, small and raised forms too: an input method or an import may fold them (NFKC).
const FORMULA = '[=+@＝＋－＠﹦﹢﹣﹫−⁺⁻⁼₊₋₌⩵⩶﬩\\-]'

// Where a program that does not split at commas begins a cell (";" separates lists in much of
// Europe): it takes a line's later quotes for plain characters, so they protect nothing.
const SEPARATOR = String.raw`[\t\n\v\f\r\u0085\u2028\u2029;\|]`

const STARTS_A_FORMULA = new RegExp(
  `^(?=${UNSEEN}(?:${FORMULA}|[\\t\\r]))|(?<=${SEPARATOR})(?=${UNSEEN}${FORMULA})`,
  'gv',
)

/** Without it, Excel assumes the encoding of its country. */
export const BYTE_ORDER_MARK = '\ufeff'

/**
 * A cell of CSV (RFC 4180 §2), always quoted. A spreadsheet takes a cell that begins with "=" or
 * such for a formula (CWE-1236): an apostrophe before it makes it text, wherever a cell may begin.
 */
export function csvCell(text: string): string {
  return `"${text.replaceAll(STARTS_A_FORMULA, "'").replaceAll('"', '""')}"`
}

export function csvLine(texts: string[]): string {
  return `${texts.map(csvCell).join(',')}\r\n`
}
