import type { Statement } from '../database.ts'
import { type Filed, filedAs, partsSql, RULES } from './search-words.ts'
import { type SQL, sql } from '../sql.ts'

/** Files a client's text as it is now, behind what writes its row; `before`: as it was. */
export function filingStatements(
  clientId: string,
  before: string | null,
  after: string,
): Statement[] {
  if (before === after) return []
  const filed = filedAs(after)
  return [
    ...(before === null ? [] : withdrawal(clientId, without(filedAs(before), filed))),
    // Before its words are filed: a word that others have has its parts already.
    sql`INSERT OR IGNORE INTO portcullis_search_parts (part, word) ${partsOf(filed)}`,
    sql`INSERT OR IGNORE INTO portcullis_search_words (word, client) SELECT j.value, c.id
      FROM portcullis_clients c CROSS JOIN json_each(${entriesOf(filed)}) j WHERE c.client_id = ${clientId}`,
    // A new row has it from the start; a change of the text takes it back, by a trigger.
    ...(before === null
      ? []
      : [sql`UPDATE portcullis_clients SET search_rules = ${RULES} WHERE client_id = ${clientId}`]),
  ]
}

/** Before the client's row is deleted. */
export function withdrawalStatements(clientId: string, text: string): Statement[] {
  return withdrawal(clientId, filedAs(text))
}

function withdrawal(clientId: string, filed: Filed): Statement[] {
  return [
    sql`DELETE FROM portcullis_search_words
      WHERE word IN (SELECT value FROM json_each(${entriesOf(filed)}))
      AND client = (SELECT id FROM portcullis_clients WHERE client_id = ${clientId})`,
    // No part stays of a word that nobody has: it may have been somebody's name.
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
