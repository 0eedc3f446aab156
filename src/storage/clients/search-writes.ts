import type { Statement } from '../database.ts'
import { type Filed, filedAs, partsSql, RULES } from './search-words.ts'
import { type SQL, sql } from '../sql.ts'

/** A client whose text is written; `before`: the previous text, null for a new client. */
export type Retexted = { clientId: string; before: string | null; after: string }

/** Indexes the current texts of clients, after their rows are written. */
export function filingStatements(all: Retexted[]): Statement[] {
  const retexted = all.filter(({ before, after }) => before !== after)
  if (retexted.length === 0) return []
  const filed = retexted.map(({ clientId, after }) => ({ clientId, filed: filedAs(after) }))
  const known = retexted.filter(({ before }) => before !== null)
  const gone = known.map(({ clientId, before, after }) => ({
    clientId,
    filed: without(filedAs(before ?? ''), filedAs(after)),
  }))
  return [
    ...withdrawal(gone),
    // Before the words are indexed: a word that other clients have already has its parts.
    sql`INSERT OR IGNORE INTO portcullis_search_parts (part, word) ${partsOf(filed)}`,
    sql`INSERT OR IGNORE INTO portcullis_search_words (word, client) ${entriesSql(filed)}`,
    // A new row has the version from the start; changing the text resets it, by a trigger.
    ...(known.length === 0
      ? []
      : [
          sql`UPDATE portcullis_clients SET search_rules = ${RULES} WHERE client_id IN (
            SELECT value FROM json_each(${json(known.map(({ clientId }) => clientId))}))`,
        ]),
  ]
}

/** To run before the clients' rows are deleted. */
export function withdrawalStatements(all: { clientId: string; text: string }[]): Statement[] {
  return withdrawal(all.map(({ clientId, text }) => ({ clientId, filed: filedAs(text) })))
}

type FiledClient = { clientId: string; filed: Filed }

function withdrawal(gone: FiledClient[]): Statement[] {
  if (gone.length === 0) return []
  return [
    sql`DELETE FROM portcullis_search_words WHERE (word, client) IN (${entriesSql(gone)})`,
    // Deletes the parts of words that no client has any more: they may have been somebody's name.
    sql`DELETE FROM portcullis_search_parts WHERE (part, word) IN (${partsOf(gone)})`,
  ]
}

/** Rows of an entry and the client that has it. */
function entriesSql(all: FiledClient[]): SQL {
  const list = all.map(({ clientId, filed }) => [clientId, [...filed.words, ...filed.pieces]])
  return sql`SELECT entry.value, c.id FROM json_each(${JSON.stringify(list)}) j
    CROSS JOIN portcullis_clients c ON c.client_id = j.value ->> 0
    CROSS JOIN json_each(j.value -> 1) entry`
}

function partsOf(all: FiledClient[]): SQL {
  const words = new Set(all.flatMap(({ filed }) => [...filed.words]))
  return partsSql(sql`SELECT entry.value FROM json_each(${json(words)}) entry`)
}

function without(filed: Filed, kept: Filed): Filed {
  return {
    words: new Set([...filed.words].filter((word) => !kept.words.has(word))),
    pieces: new Set([...filed.pieces].filter((piece) => !kept.pieces.has(piece))),
  }
}

function json(words: Iterable<string>): string {
  return JSON.stringify([...words])
}
