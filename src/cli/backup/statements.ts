// A backup of D1 (`wrangler d1 export`) has each table followed by its rows, and all indexes and
// triggers at its end. It cannot be loaded like that: a row that points to another is refused until
// the other's table exists, and the unique index of the columns it points to.

/** The order in which statements load; `links` are rows that point to others, and none to them. */
export const KINDS = ['schema', 'rows', 'links', 'triggers'] as const
type Kind = (typeof KINDS)[number]

const ROW = /^(INSERT INTO "|DELETE FROM sqlite_sequence;)/
const LINK = /^INSERT INTO "portcullis_(client_roles|client_permissions|role_permissions)"/

/** Tells the kind of each line of a backup. A row is one line, a trigger ends with its END. */
export function lineKinds(): (line: string) => Kind {
  let inTrigger = false
  return (line) => {
    if (line.startsWith('CREATE TRIGGER')) inTrigger = true
    if (!inTrigger) return LINK.test(line) ? 'links' : ROW.test(line) ? 'rows' : 'schema'
    inTrigger = !/\bEND;$/i.test(line)
    return 'triggers'
  }
}

/** The longest statement that D1 takes, in bytes. */
const STATEMENT_MAX = 100_000
/** In characters, each at most four bytes. */
const PIECE = 15_000

const EVENT = /^INSERT INTO "portcullis_audit_events" \((.*?)\) VALUES\((.*)\);$/
const VALUE = /replace\('(?:[^']|'')*','\\n',char\(10\)\)|'(?:[^']|'')*'|[^',]+/g

/**
 * The statements of a row. An audit event that changes hundreds of permissions is longer than D1
 * allows: it is inserted in pieces. Null: the row cannot be inserted at all.
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

/** Splits a text quoted for SQL, but never a doubled quote or a surrogate pair. */
function piecesOf(quoted: string): string[] {
  return quoted.match(new RegExp(`(?:''|[^']){1,${PIECE}}`, 'gu')) ?? []
}
