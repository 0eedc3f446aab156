// White space, what nobody sees, and quotation marks: a spreadsheet may drop them before it looks at what follows.
const UNSEEN = String.raw`[[\s\p{C}\p{Default_Ignorable_Code_Point}\u2800"']--[\t\n\v\f\r\u0085\u2028\u2029;\|]]*`

// Their full-width, small and raised forms too: an input method or an import may fold them (NFKC).
const FORMULA = '[=+@＝＋－＠﹦﹢﹣﹫−⁺⁻⁼₊₋₌⩵⩶﬩\\-]'

// Where a program begins a cell that does not split at commas (";" is the list separator of much of Europe):
// to it the quotes after the first of a line are plain characters, and protect nothing.
const SEPARATOR = String.raw`[\t\n\v\f\r\u0085\u2028\u2029;\|]`

const STARTS_A_FORMULA = new RegExp(
  `^(?=${UNSEEN}(?:${FORMULA}|[\\t\\r]))|(?<=${SEPARATOR})(?=${UNSEEN}${FORMULA})`,
  'gv',
)

/** Without it Excel takes the file for one in the encoding of its country. */
export const BYTE_ORDER_MARK = '\ufeff'

/**
 * A cell of CSV (RFC 4180 §2), always quoted. A spreadsheet takes a cell that begins with "=" or the like for
 * a formula (CWE-1236): an apostrophe before it makes it text, wherever a cell may begin.
 */
export function csvCell(text: string): string {
  return `"${text.replaceAll(STARTS_A_FORMULA, "'").replaceAll('"', '""')}"`
}

export function csvLine(texts: string[]): string {
  return `${texts.map(csvCell).join(',')}\r\n`
}
