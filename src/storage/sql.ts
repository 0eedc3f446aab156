/** A piece of SQL: its text, with a `?` for each value. */
export type SQL = { readonly text: string; readonly values: readonly Value[] }

/** What D1 binds. */
export type Value = string | number | null

// Known by identity and not by its looks: an object that a request brought is never text of a statement.
const pieces = new WeakSet<object>()

/** A statement or a part of one: parts are put in as text, every value as a parameter. */
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

/** Text that is SQL itself: only ever of this code, never of a request. */
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
