import { folded } from '../../domain/text.ts'
import { mayBeKey, namedByKeySql } from './client-criteria.ts'
import { foldedTextSql } from './folded-sql.ts'
import { candidatesSql, needleOf } from './search-words.ts'
import { joinSql, type SQL, sql } from '../sql.ts'

/** A word of a search: as it is looked for in texts, and as a key id or hint if it may be one. */
export type SearchWord = { text: string; key: string | null }

/** More words than this narrow nothing down any more: they are looked for as one text. */
const WORDS_MAX = 12

/** How many words are looked up to find a rare one, and how many are tried as a key. */
const LOOKED_UP = 3

/** The words of a search, the longest first; empty if there is nothing but space. */
export function searchWordsOf(q: string): SearchWord[] {
  const typed = q
    .split(/\s+/u)
    .flatMap(partsOf)
    .filter((word) => word !== '')
  const words = [...typed.slice(0, WORDS_MAX), ...lastOf(typed)]
  const longestFirst = words.toSorted((a, b) => b.length - a.length)
  return longestFirst.map((word, i) => ({
    text: folded(word),
    key: i < LOOKED_UP && mayBeKey(word) ? word : null,
  }))
}

/** A secret as people see it, `pc_3hEUSb…C3Rj`: the beginning of its key id, and its last characters. */
const SHOWN = /^(?:pc_([0-9A-Za-z]{6,12}))?(?:…|\.{2,3})([!-~]{4})$/u

/** The beginning of a secret in a log, with its whole key id. */
const BEGINNING = /^pc_([0-9A-Za-z]{12})_?$/

function partsOf(word: string): string[] {
  const beginning = BEGINNING.exec(word)?.[1]
  if (beginning !== undefined) return [beginning]
  const [found, keyId = '', hint = ''] = SHOWN.exec(word) ?? []
  return found === undefined ? [word] : [keyId, hint]
}

function lastOf(typed: string[]): string[] {
  return typed.length > WORDS_MAX ? [typed.slice(WORDS_MAX).join(' ')] : []
}

/**
 * Whether client `c` has every word, wherever it is. `isFiled`: whether all clients' texts are those
 * of the present rules. `named`: the words that are the key of some client.
 */
export function hasWordsSql(words: SearchWord[], isFiled: boolean, named: Set<string>): SQL {
  const text = isFiled ? sql`c.search_text` : sql`t.text`
  const each = words.map(({ text: word, key }) => {
    const isInText = sql`instr(${text}, ${word}) > 0`
    if (key === null || !named.has(key)) return isInText
    return sql`(${isInText} OR c.client_id IN (${namedByKeySql(key)}))`
  })
  const all = joinSql(each, ' AND ')
  return isFiled
    ? all
    : sql`EXISTS (SELECT 1 FROM (SELECT ${foldedTextSql()} AS text) t WHERE ${all})`
}

/** The rows that may have the word, by the index of words or as the client of a key. */
function wordCandidates({ text, key }: SearchWord): SQL | null {
  const needle = needleOf(text)
  if (!needle) return null
  const ofText = candidatesSql(needle)
  return key === null ? ofText : sql`${ofText} UNION ALL ${keyCandidates(key)}`
}

function keyCandidates(key: string): SQL {
  return sql`SELECT c.id AS client FROM (${namedByKeySql(key)}) h
    CROSS JOIN portcullis_clients c ON c.client_id = h.client_id`
}

/** The keys among the words, for a statement that finds out which there are. */
export function keysOf(words: SearchWord[]): string[] {
  return words.flatMap(({ key }) => key ?? [])
}

/** The candidates of the few longest words. */
export function candidatesOf(words: SearchWord[]): SQL[] {
  return words.slice(0, LOOKED_UP).flatMap((word) => wordCandidates(word) ?? [])
}
