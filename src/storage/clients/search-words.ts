import type { Client } from '../../domain/client.ts'
import { folded } from '../../domain/text.ts'
import { rawSql, type SQL, sql } from '../sql.ts'

// A text is indexed by its words; and each word, once for all clients, by its suffixes from the
// second character, the third and so on, so that a match inside a word is the beginning of a
// suffix. A new client brings few new words, so it writes little more than one row per word.

/**
 * The version of these rules and of text folding. The cron reindexes clients indexed by older
 * rules.
 */
export const RULES = 2

/**
 * The text that a search reads. Its parts are separated by tabs, which cannot be searched for; it
 * contains no line breaks, because a D1 export confuses a backslash followed by an n with one.
 */
export function searchTextOf(client: Searched): string {
  const { name, description, clientId, tags } = client
  return folded([name, description, clientId, ...tags].join('\t')).replaceAll('\n', '\t')
}

export type Searched = Pick<Client, 'name' | 'description' | 'clientId' | 'tags'>

/**
 * Space and ASCII punctuation only: a later version of Unicode must not split words differently.
 */
const BETWEEN_WORDS = /[\s!-/:-@[-`{-~]+/u

/** A longer run is not a word but an id, or a text written without spaces. */
const WORD_MAX = 20

/** The number of characters kept of a suffix. */
const PART_LENGTH = 8

/** A character with which no word begins. */
const OF_LONG_RUN = ' '

/** The index entries of a client: `words` whole, `pieces` from longer runs. */
export type Filed = { words: Set<string>; pieces: Set<string> }

/**
 * A long run is indexed by the text after each of its characters: hardly any other client has the
 * same.
 */
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

/**
 * The suffixes of words that no client has; `words` selects `entry.value`. Rows of a part and its
 * word.
 */
export function partsSql(words: SQL): SQL {
  return sql`SELECT substr(w.value, start.value, ${PART_LENGTH}) AS part, w.value AS word
    FROM (${words} WHERE NOT EXISTS (
      SELECT 1 FROM portcullis_search_words s WHERE s.word = entry.value)) w
    CROSS JOIN json_each(${LATER_STARTS}) start WHERE start.value <= length(w.value)`
}

/** A run of a search word. If it `begins` a word here, it does so in every match, too. */
export type Needle = { run: string; part: string; begins: boolean }

/** The longest run of a search word, usually the rarest; null if it is punctuation alone. */
export function needleOf(word: string): Needle | null {
  const beginsBehind = word.search(BETWEEN_WORDS) === 0 ? -1 : 0
  const [longest] = runsOf(word)
    .map((run, i) => ({ run, characters: [...run], begins: i > beginsBehind }))
    .sort((a, b) => b.characters.length - a.characters.length)
  if (!longest) return null
  const { run, characters, begins } = longest
  return { run, part: partOf(characters), begins }
}

/** The rows of clients that may match, some of them twice. */
export function candidatesSql({ run, part, begins }: Needle): SQL {
  const ofWords = sql`SELECT client FROM portcullis_search_words
    WHERE ${startsWith('word', run)} UNION ALL SELECT client FROM portcullis_search_words
    WHERE ${startsWith('word', OF_LONG_RUN + part)}`
  if (begins) return ofWords
  return sql`${ofWords} UNION ALL SELECT w.client
    FROM portcullis_search_parts p CROSS JOIN portcullis_search_words w ON w.word = p.word
    WHERE ${startsWith('p.part', part)} AND instr(p.word, ${run}) > 0`
}

/**
 * A range of the index. The byte 0xFF never occurs in UTF-8, and sorts after everything that does.
 */
function startsWith(column: 'word' | 'p.part', text: string): SQL {
  return sql`${rawSql(column)} >= ${text} AND ${rawSql(column)} < ${text} || CAST(x'ff' AS TEXT)`
}
