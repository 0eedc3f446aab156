const STRING = /"(?:[^"\\]|\\.)*"(\s*:)?/g

/**
 * Whether an object in `text` has a name twice. `JSON.parse` keeps the last one, and another parser
 * the first. `value` is what the text was parsed to.
 */
export function hasRepeatedNames(text: string, value: unknown): boolean {
  const names = [...text.matchAll(STRING)].filter(([, colon]) => colon !== undefined)
  return names.length !== namesIn(value)
}

function namesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const own = Array.isArray(value) ? 0 : Object.keys(value).length
  return Object.values(value).reduce<number>((sum, member) => sum + namesIn(member), own)
}

/** Whether objects and lists are nested deeper than `most`: what walks them needs as much of the stack. */
export function isNestedDeeper(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return most === 0 || Object.values(value).some((member) => isNestedDeeper(member, most - 1))
}
