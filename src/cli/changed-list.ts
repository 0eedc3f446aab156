import { EXIT, Failure, usageFailure } from './failure.ts'

/** @throws Failure where something to be taken away is not there: that may be a typing error */
export function changedList<T>(before: T[], added: T[], removed: T[]): T[] {
  const has = (list: T[], one: T) => list.some((other) => isSame(one, other))
  const missing = removed.find((one) => !has(before, one))
  if (missing !== undefined) throw notThere(missing)
  const kept = before.filter((one) => !has(removed, one))
  return [...kept, ...added.filter((one) => !has(kept, one))]
}

/** Refuses what is to be added and taken away at once, by its two options. */
export function refuseContradiction(flags: [string, string], added: unknown[], removed: unknown[]) {
  const both = removed.find((one) => added.some((other) => isSame(one, other)))
  if (both === undefined) return
  throw usageFailure(`${flags.join(' and ')} contradict each other: ${wordsFor(both)}.`)
}

export function notThere(what: unknown): Failure {
  return new Failure(EXIT.notFound, `It does not have ${wordsFor(what)}. Nothing was changed.`)
}

function wordsFor(what: unknown): string {
  return typeof what === 'string' ? what : Object.values(what as object).join('=')
}

/** Alike, whatever the order of their fields. */
export function isSame(one: unknown, other: unknown): boolean {
  return textOf(one) === textOf(other)
}

function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return JSON.stringify(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
