/** A value as JSON has it, without lists and objects. */
type Value = string | boolean | number

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/

/**
 * Reads a value that a person typed: `true`, `false` and a number are what they look like, unless
 * they are in double quotes; anything else is text. Null for a text that cannot be read.
 */
export function valueIn(typed: string): Value | null {
  const text = typed.trim()
  if (text === 'true' || text === 'false') return text === 'true'
  if (NUMBER.test(text)) return exactNumber(text)
  return text.startsWith('"') ? quotedText(text) : text
}

/** Null for a number that would be rounded: it is probably an id, which is text. */
function exactNumber(text: string): number | null {
  const number = Number(text)
  return String(number) === text ? number : null
}

function quotedText(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'string' ? value : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Writes a value as a person would type it. */
export function textFor(value: Value): string {
  if (typeof value !== 'string') return String(value)
  return value !== '' && valueIn(value) === value ? value : JSON.stringify(value)
}
