// A spreadsheet may drop white space, invisible characters and quotation marks at the start.
const UNSEEN = String.raw`[[\s\p{C}\p{Default_Ignorable_Code_Point}\u2800"']--[\t\n\v\f\r\u0085\u2028\u2029;\|]]*`

// Full-width, small and raised forms too: an input method or an import may fold them (NFKC).
const FORMULA = '[=+@＝＋－＠﹦﹢﹣﹫−⁺⁻⁼₊₋₌⩵⩶﬩\\-]'

// A program that splits at one of these instead of at commas (";" separates lists in much of
// Europe) reads later quotes of a line as plain characters, so they protect nothing.
const SEPARATOR = String.raw`[\t\n\v\f\r\u0085\u2028\u2029;\|]`

const STARTS_A_FORMULA = new RegExp(
  `^(?=${UNSEEN}(?:${FORMULA}|[\\t\\r]))|(?<=${SEPARATOR})(?=${UNSEEN}${FORMULA})`,
  'gv',
)

/** The byte order mark: without it, Excel assumes the encoding of the user's country. */
export const BYTE_ORDER_MARK = '\ufeff'

/**
 * A CSV cell (RFC 4180 §2), always quoted. A spreadsheet reads a cell that begins with "=" or the
 * like as a formula (CWE-1236); an apostrophe in front, wherever a cell may begin, makes it text.
 */
export function csvCell(text: string): string {
  return `"${text.replaceAll(STARTS_A_FORMULA, "'").replaceAll('"', '""')}"`
}

export function csvLine(texts: string[]): string {
  return `${texts.map(csvCell).join(',')}\r\n`
}
