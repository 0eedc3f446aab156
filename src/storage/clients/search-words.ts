import type { Client } from '../../domain/client.ts'
import { searchable } from '../../domain/text.ts'
import { rawSql, type SQL, sql } from '../sql.ts'

// A text is filed under its words; and each word, once for all who have it, under how it goes on from its
// second character, its third and so on: what is in the midst of a word begins one of these. Few new words
// come with a client, so that it writes little more than a row for each word of its own.

/** The rules here, and those by which texts are folded. Whoever was filed by older ones is filed anew by the cron. */
export const RULES = 1

/**
 * What a search looks through. Tabs divide it, which nobody can search for; no line breaks, because an
 * export of D1 takes a backslash and an n beside one for another.
 */
export function searchTextOf(client: Pick<Client, 'name' | 'description' | 'clientId'>): string {
  const { name, description, clientId } = client
  return searchable(`${name}\t${description}\t${clientId}`).replaceAll('\n', '\t')
}

/** Space and the punctuation of ASCII: what a later Unicode adds must not divide otherwise. */
const BETWEEN_WORDS = /[\s!-/:-@[-`{-~]+/u

/** What is longer is no word but an id, or a text that is written without spaces. */
const WORD_MAX = 20

/** So much is kept of how a word goes on. */
const PART_LENGTH = 8

/** No word begins with it. */
const OF_LONG_RUN = ' '

/** What a client is filed under. `words` are so as a whole, the others pieces of what is no word. */
export type Filed = { words: Set<string>; pieces: Set<string> }

/** A long run is filed under what follows each of its characters: others hardly have the same. */
export function filedAs(text: string): Filed {
  const filed: Filed = { words: new Set(), pieces: new Set() }
  for (const run of runsOf(text)) {
    const characters = [...run]
    if (characters.length <= WORD_MAX) filed.words.add(run)
    else {
      for (const i of characters.keys()) filed.pieces.add(OF_LONG_RUN + partOf(characters.slice(i)))
    }
  }
  return filed
}

function runsOf(text: string): string[] {
  return text.split(BETWEEN_WORDS).filter((run) => run !== '')
}

function partOf(characters: string[]): string {
  return characters.slice(0, PART_LENGTH).join('')
}

const LATER_STARTS = JSON.stringify(Array.from({ length: WORD_MAX - 1 }, (_, i) => i + 2))

/** How words that nobody has go on; `words` selects `entry.value`. Rows of a part and its word. */
export function partsSql(words: SQL): SQL {
  return sql`SELECT substr(w.value, start.value, ${PART_LENGTH}) AS part, w.value AS word
    FROM (${words} WHERE NOT EXISTS (
      SELECT 1 FROM portcullis_search_words s WHERE s.word = entry.value)) w
    CROSS JOIN json_each(${LATER_STARTS}) start WHERE start.value <= length(w.value)`
}

/** A run of what is searched for. Where it `begins` a word here, it does so in what is found. */
export type Needle = { run: string; part: string; begins: boolean }

/** The longest ones, which are the rarest as a rule. None where there is nothing but punctuation. */
export function needlesOf(q: string, most: number): Needle[] {
  const beginsBehind = q.search(BETWEEN_WORDS) === 0 ? -1 : 0
  return runsOf(q)
    .map((run, i) => ({ run, characters: [...run], begins: i > beginsBehind }))
    .sort((a, b) => b.characters.length - a.characters.length)
    .slice(0, most)
    .map(({ run, characters, begins }) => ({ run, part: partOf(characters), begins }))
}

/** The rows of clients that may have it, some of them twice. */
export function candidatesSql({ run, part, begins }: Needle): SQL {
  const ofWords = sql`SELECT client FROM portcullis_search_words
    WHERE ${startsWith('word', run)} UNION ALL SELECT client FROM portcullis_search_words
    WHERE ${startsWith('word', OF_LONG_RUN + part)}`
  if (begins) return ofWords
  return sql`${ofWords} UNION ALL SELECT w.client
    FROM portcullis_search_parts p CROSS JOIN portcullis_search_words w ON w.word = p.word
    WHERE ${startsWith('p.part', part)} AND instr(p.word, ${run}) > 0`
}

/** A range of the index. The byte 0xFF is in no UTF-8, and behind all that is. */
function startsWith(column: 'word' | 'p.part', text: string): SQL {
  return sql`${rawSql(column)} >= ${text} AND ${rawSql(column)} < ${text} || CAST(x'ff' AS TEXT)`
}
