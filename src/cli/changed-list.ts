import { EXIT, Failure } from './failure.ts'

/** @throws Failure where something to be taken away is not there: that may be a typing error */
export function changedList<T>(before: T[], added: T[], removed: T[]): T[] {
  const has = (list: T[], one: T) => list.some((other) => isSame(one, other))
  const missing = removed.find((one) => !has(before, one))
  if (missing !== undefined) throw notThere(missing)
  const kept = before.filter((one) => !has(removed, one))
  return [...kept, ...added.filter((one) => !has(kept, one))]
}

export function notThere(what: unknown): Failure {
  const words = typeof what === 'string' ? what : Object.values(what as object).join('=')
  return new Failure(EXIT.notFound, `It does not have ${words}. Nothing was changed.`)
}

/** Alike, whatever the order of their fields. */
export function isSame(one: unknown, other: unknown): boolean {
  return textOf(one) === textOf(other)
}

function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return JSON.stringify(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
