import type { Statement } from '../database.ts'
import { type Filed, filedAs, partsSql, RULES } from './search-words.ts'
import { type SQL, sql } from '../sql.ts'

/** Indexes a client's current text, after its row is written; `before`: the previous text. */
export function filingStatements(
  clientId: string,
  before: string | null,
  after: string,
): Statement[] {
  if (before === after) return []
  const filed = filedAs(after)
  return [
    ...(before === null ? [] : withdrawal(clientId, without(filedAs(before), filed))),
    // Before the words are indexed: a word that other clients have already has its parts.
    sql`INSERT OR IGNORE INTO portcullis_search_parts (part, word) ${partsOf(filed)}`,
    sql`INSERT OR IGNORE INTO portcullis_search_words (word, client) SELECT j.value, c.id
      FROM portcullis_clients c CROSS JOIN json_each(${entriesOf(filed)}) j WHERE c.client_id = ${clientId}`,
    // A new row has the version from the start; changing the text resets it, by a trigger.
    ...(before === null
      ? []
      : [sql`UPDATE portcullis_clients SET search_rules = ${RULES} WHERE client_id = ${clientId}`]),
  ]
}

/** To run before the client's row is deleted. */
export function withdrawalStatements(clientId: string, text: string): Statement[] {
  return withdrawal(clientId, filedAs(text))
}

function withdrawal(clientId: string, filed: Filed): Statement[] {
  return [
    sql`DELETE FROM portcullis_search_words
      WHERE word IN (SELECT value FROM json_each(${entriesOf(filed)}))
      AND client = (SELECT id FROM portcullis_clients WHERE client_id = ${clientId})`,
    // Deletes the parts of words that no client has any more: they may have been somebody's name.
    sql`DELETE FROM portcullis_search_parts WHERE (part, word) IN (${partsOf(filed)})`,
  ]
}

function partsOf({ words }: Filed): SQL {
  return partsSql(sql`SELECT entry.value FROM json_each(${json(words)}) entry`)
}

function without(filed: Filed, kept: Filed): Filed {
  return {
    words: new Set([...filed.words].filter((word) => !kept.words.has(word))),
    pieces: new Set([...filed.pieces].filter((piece) => !kept.pieces.has(piece))),
  }
}

function entriesOf({ words, pieces }: Filed): string {
  return json([...words, ...pieces])
}

function json(words: Iterable<string>): string {
  return JSON.stringify([...words])
}
