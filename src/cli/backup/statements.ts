// A backup of D1 (`wrangler d1 export`) has each table followed by its rows, and all indexes and triggers at
// its end. So it cannot be loaded: a row that points to another is refused as long as the table of the other
// is not there, and the unique index of what it points to.

/** In the order in which a statement can be loaded; rows that point to others, and nothing to them, come last. */
export const KINDS = ['schema', 'rows', 'links', 'triggers'] as const
type Kind = (typeof KINDS)[number]

const ROW = /^(INSERT INTO "|DELETE FROM sqlite_sequence;)/
const LINK = /^INSERT INTO "portcullis_(client_roles|client_permissions|role_permissions)"/

/** Says of each line of a backup what it is. A row is one line, a trigger ends behind its END. */
export function lineKinds(): (line: string) => Kind {
  let inTrigger = false
  return (line) => {
    if (line.startsWith('CREATE TRIGGER')) inTrigger = true
    if (!inTrigger) return LINK.test(line) ? 'links' : ROW.test(line) ? 'rows' : 'schema'
    inTrigger = !/\bEND;$/i.test(line)
    return 'triggers'
  }
}

/** What D1 takes as one statement, in bytes. */
const STATEMENT_MAX = 100_000
/** In characters, none of which is more than four bytes. */
const PIECE = 15_000

const EVENT = /^INSERT INTO "portcullis_audit_events" \((.*?)\) VALUES\((.*)\);$/
const VALUE = /replace\('(?:[^']|'')*','\\n',char\(10\)\)|'(?:[^']|'')*'|[^',]+/g

/**
 * The statements of a row. An event of a change of hundreds of permissions is longer than D1 takes: what it
 * changed is put together again from pieces. Null: a row that D1 will not take.
 */
export function rowStatements(line: string): string[] | null {
  if (Buffer.byteLength(line) <= STATEMENT_MAX) return [line]
  const [, columns = '', values = ''] = EVENT.exec(line) ?? []
  const names = columns.split(',')
  const cells: string[] = values.match(VALUE) ?? []
  const at = names.indexOf('"changes"')
  const seq = cells[names.indexOf('"seq"')]
  const changes = cells[at]
  if (names.length !== cells.length || !seq || !changes?.startsWith("'")) return null
  const [first = '', ...others] = piecesOf(changes.slice(1, -1))
  const shortened = cells.with(at, `'${first}'`).join(',')
  const table = '"portcullis_audit_events"'
  return [
    `INSERT INTO ${table} (${columns}) VALUES(${shortened});`,
    ...others.map(
      (piece) => `UPDATE ${table} SET "changes" = "changes" || '${piece}' WHERE "seq" = ${seq};`,
    ),
  ]
}

/** Of a text as SQL quotes it: neither a doubled quote nor a surrogate pair is cut in two. */
function piecesOf(quoted: string): string[] {
  return quoted.match(new RegExp(`(?:''|[^']){1,${PIECE}}`, 'gu')) ?? []
}
