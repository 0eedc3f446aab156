import { CLOCK_SKEW, type Seconds } from '../../domain/time.ts'
import { answered } from '../answered.ts'

/** When credentials were used, and clients got tokens: by `secret_id` and by `client_id`. */
type Uses = { credentials: Map<string, Seconds>; clients: Map<string, Seconds> }

// Long enough that a busy isolate writes dozens of notes at once; a request's context lives so much longer.
const GATHERED_MS = 50
/** After so long the request that was to write is taken to be ended by the platform. */
const OVERDUE: Seconds = 5

const IS_DUE = (column: string) =>
  `(${column} IS NULL OR ${column} <= n.at - 60 OR ${column} > n.at + ${CLOCK_SKEW})`

// The table of notes first: a CROSS JOIN keeps SQLite from reading all secrets or clients.
const NOTED = `(SELECT value ->> 0 AS id, value ->> 1 AS at FROM json_each(?1)) n`

const NOTE_USES = `UPDATE portcullis_secrets SET last_used_at = n.at,
    first_used_at = CASE WHEN last_used_at IS NULL THEN n.at ELSE first_used_at END
  FROM ${NOTED} WHERE secret_id = n.id AND ${IS_DUE('last_used_at')}`

const NOTE_TOKENS = `UPDATE portcullis_clients SET last_token_at = n.at
  FROM ${NOTED} WHERE client_id = n.id AND ${IS_DUE('last_token_at')}`

/**
 * Notes of uses. Those of one isolate are gathered for a moment and written together: under load they
 * would otherwise be most of what D1 does. A note that is lost on the way is made by the next use,
 * because the row still says that one is due.
 */
export function useNotes(d1: D1Database) {
  let gathered = noUses()
  let writerSince: Seconds | null = null
  const write = async ({ credentials, clients }: Uses) => {
    const statements = [
      ...(credentials.size > 0 ? [statementFor(NOTE_USES, credentials)] : []),
      ...(clients.size > 0 ? [statementFor(NOTE_TOKENS, clients)] : []),
    ]
    // Another request has written them where this one came late.
    if (statements.length === 0) return
    await answered('d1', () => d1.batch(statements))
  }
  const statementFor = (sql: string, noted: Map<string, Seconds>) =>
    d1.prepare(sql).bind(JSON.stringify([...noted]))
  return {
    /** Returns once it is written. */
    async atOnce(kind: keyof Uses, id: string, at: Seconds): Promise<void> {
      await write({ ...noUses(), [kind]: new Map([[id, at]]) })
    },

    /** Returns once it is written, or at once where another request is about to write it. */
    async soon(kind: keyof Uses, id: string, at: Seconds): Promise<void> {
      gathered[kind].set(id, at)
      if (writerSince !== null && Math.abs(at - writerSince) < OVERDUE) return
      writerSince = at
      await new Promise((resolve) => setTimeout(resolve, GATHERED_MS))
      const all = gathered
      gathered = noUses()
      writerSince = null
      await write(all)
    },
  }
}

function noUses(): Uses {
  return { credentials: new Map(), clients: new Map() }
}
