import { folded } from '../../domain/text.ts'
import { RULES } from './search-words.ts'
import { type SQL, sql } from '../sql.ts'

// Until the cron has reindexed a client after an upgrade, its stored text is that of older rules: with
// accents, and without tags. SQLite cannot fold, so a search that finds such clients brings a table
// of letters along, and spells their text with it. Texts of ASCII alone are folded already.

/** Blocks of scripts whose letters have accents: Latin, Greek, Cyrillic, and the marks by themselves. */
const BLOCKS = [
  [0xc0, 0x24f],
  [0x300, 0x3ff],
  [0x400, 0x52f],
  [0x1e00, 0x1fff],
] as const

let letters: string | null = null

/** Each letter that folds to another, as a JSON object: made when the first search needs it. */
function foldedLetters(): string {
  if (letters !== null) return letters
  const pairs: [string, string][] = []
  for (const [from, to] of BLOCKS) {
    for (let code = from; code <= to; code++) {
      const letter = String.fromCodePoint(code)
      if (folded(letter) !== letter) pairs.push([letter, folded(letter)])
    }
  }
  letters = JSON.stringify(Object.fromEntries(pairs))
  return letters
}

/** The text of client `c` as a search reads it, whether or not its index is up to date. */
export function foldedTextSql(): SQL {
  const tags = sql`coalesce((SELECT group_concat(tag, char(9)) FROM portcullis_client_tags
    WHERE client = c.id), '')`
  return sql`CASE WHEN c.search_rules >= ${RULES} THEN c.search_text
    WHEN c.search_text NOT GLOB '*[^' || char(1) || '-~]*' THEN c.search_text || char(9) || ${tags}
    ELSE ${spelledSql(sql`c.search_text`)} || char(9) || ${tags} END`
}

/** Letter by letter. */
function spelledSql(text: SQL): SQL {
  return sql`(WITH RECURSIVE spelled(rest, done) AS (
      SELECT ${text}, '' UNION ALL SELECT substr(rest, 2), done || CASE
        WHEN unicode(rest) < 128 THEN substr(rest, 1, 1)
        ELSE coalesce(${foldedLetters()} ->> ('$."' || substr(rest, 1, 1) || '"'), substr(rest, 1, 1)) END
      FROM spelled WHERE rest <> '')
    SELECT done FROM spelled WHERE rest = '')`
}
