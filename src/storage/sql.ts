/** A piece of SQL: its text, with a `?` for each value. */
export type SQL = { readonly text: string; readonly values: readonly Value[] }

/** The types that D1 binds. */
export type Value = string | number | null

// Recognised by identity, not by shape: an object from a request can never become the text of a
// statement.
const pieces = new WeakSet<object>()

/** A statement or a part of one: parts are inserted as text, every value as a parameter. */
export function sql(strings: TemplateStringsArray, ...parts: (SQL | Value)[]): SQL {
  let text = strings[0] ?? ''
  const values: Value[] = []
  for (const [i, part] of parts.entries()) {
    text += (isPiece(part) ? part.text : '?') + strings[i + 1]
    if (isPiece(part)) values.push(...part.values)
    else values.push(part)
  }
  return piece(text, values)
}

/** Literal SQL text: only ever from this code, never from a request. */
export function rawSql(text: string): SQL {
  return piece(text, [])
}

export function joinSql(parts: SQL[], separator: string): SQL {
  const text = parts.map((part) => part.text).join(separator)
  return piece(
    text,
    parts.flatMap((part) => part.values),
  )
}

function piece(text: string, values: Value[]): SQL {
  const made = { text, values }
  pieces.add(made)
  return made
}

function isPiece(part: SQL | Value): part is SQL {
  return typeof part === 'object' && part !== null && pieces.has(part)
}
